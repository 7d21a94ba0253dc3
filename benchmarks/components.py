"""Components found by code, place and words, on both databases: ``python -m benchmarks.components [COMPONENTS]``
(100,000 unless said).

Beside each figure stands what the same question takes without the index: LIKE on code, name and place.
"""

import os
import sys

from benchmarks.databases import run_on_both

if __name__ == "__main__":
    os.environ["GRIDWARD_BENCH_COMPONENTS"] = sys.argv[1] if len(sys.argv) > 1 else "100000"
    sys.exit(run_on_both("benchmarks.components_child"))

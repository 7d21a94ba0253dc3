"""Cases found by words, on both databases: ``python -m benchmarks.search [CASES]`` (100,000 unless said).

Beside each figure stands what the same question takes without the index, as LIKE on place, text and category.
"""

import os
import sys

from benchmarks.databases import run_on_both

if __name__ == "__main__":
    os.environ["GRIDWARD_BENCH_CASES"] = sys.argv[1] if len(sys.argv) > 1 else "100000"
    sys.exit(run_on_both("benchmarks.search_child"))

"""Likely duplicates among very many open and recent cases, on both databases: ``python -m benchmarks.duplicates
[CASES]`` (1,000,000 unless said). Beside the whole look stands the query of candidates alone, and the same by a box
around the place, without the index of squares.
"""

import os
import sys

from benchmarks.databases import run_on_both

if __name__ == "__main__":
    os.environ["GRIDWARD_BENCH_CASES"] = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    sys.exit(run_on_both("benchmarks.duplicates_child"))

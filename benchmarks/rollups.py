"""Figures at ten million cases: rows of the kept counts made by SQL, and what their questions take.

``python -m benchmarks.rollups``.
"""

import sys

from benchmarks.databases import run_on_both

if __name__ == "__main__":
    sys.exit(run_on_both("benchmarks.rollups_child"))

"""A plan is adopted over twenty thousand open cases that all change their grid; then a million past cases by its grids.

``python -m benchmarks.rehoming``. Every chain is verified afterwards.
"""

import sys

from benchmarks.databases import run_on_both

if __name__ == "__main__":
    sys.exit(run_on_both("benchmarks.rehoming_child"))

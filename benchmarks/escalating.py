"""The sweep that climbs the ladder over a hundred thousand open cases: nothing due, and two thousand rungs reached.

``python -m benchmarks.escalating``. Counts and chains are verified afterwards.
"""

import sys

from benchmarks.databases import run_on_both

if __name__ == "__main__":
    sys.exit(run_on_both("benchmarks.escalating_child"))

"""Server time of pages with 10⁵ cases: ``python -m benchmarks.pages`` (several minutes).

The cases are two days of the example district, their rows copied with new ids, numbers and times until there
are 10⁵; their steps are not copied, as no list reads them.
"""

import sys

from benchmarks.databases import run_on_both

if __name__ == "__main__":
    sys.exit(run_on_both("benchmarks.pages_child"))

"""Moves through the real actions and their bulk twins, beside the raw driver writing the same rows.

``python -m benchmarks.cases``. The raw side replays, in transactions of the same extent, exactly the INSERTs and
UPDATEs that the actions sent, on a copy of the database as it was before, through sqlite3 or psycopg alone.
"""

import sys

from benchmarks.databases import run_on_both

if __name__ == "__main__":
    sys.exit(run_on_both("benchmarks.cases_child"))

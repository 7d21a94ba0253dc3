"""Run a tier of the tests on every database that this machine has, and close with one summed line.

``python -m tests``            fast tier: everything on GeoPackage, what a database may answer differently on PostGIS
``python -m tests --full``     full counts and all stories on both databases
``python -m tests --postgis``  only PostGIS
Paths and pytest options may follow.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

from tests.cluster import binaries_folder, running_cluster

CHECKOUT = Path(__file__).parents[1]
OUTCOMES = ("passed", "failed", "skipped", "errors")
# A file stays in one process, so that what it grows once is grown once.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
# On PostGIS the fast tier asks what a database may answer differently, and leaves whole processes, files of
# strangers, drawn pages and the example district to the full one.
LEFT_TO_THE_FULL_TIER = (
    "tests/apps/demo", "tests/apps/duties", "tests/apps/files", "tests/apps/portal", "tests/apps/project",
    "tests/apps/web", "tests/apps/work/test_run_jobs.py", "tests/apps/accounts/test_administer_people.py",
    "tests/apps/accounts/test_sign_in.py", "tests/apps/accounts/test_import_people.py",
    "tests/apps/grids/test_import_district.py", "tests/apps/grids/test_read_file.py",
    "tests/apps/grids/test_import_atoms.py", "tests/apps/grids/test_design_from_files.py",
    "tests/apps/grids/test_draw_in_browser.py", "tests/apps/grids/test_open_pages.py",
    "tests/apps/cases/test_show_pages.py", "tests/apps/cases/test_walk_cases.py",
    "tests/apps/cases/test_download_papers.py", "tests/apps/cases/test_print_papers.py",
    "tests/apps/cases/test_replace_template.py", "tests/apps/cases/test_survive_kill.py",
    "tests/apps/cases/test_suggest_category.py",
)  # fmt: skip
DATABASE_TESTS = {
    False: ("tests/apps", *(f"--ignore={path}" for path in LEFT_TO_THE_FULL_TIER)),
    True: ("tests/apps", "tests/stories", "tests/upgrade"),
}


def run_pytest(name: str, url: str, arguments: list[str]) -> Counter[str]:
    """Run pytest in its own process on one database; answer its outcomes, ``failed`` ≥ 1 when it broke."""
    print(f"== {name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gridward-test-") as home:
        environment = {**os.environ, "DATABASE_URL": url, "GRIDWARD_HOME": f"{home}/home"}
        # Dozens of processes start from the same sources: they are compiled once.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", *SIDE_BY_SIDE, *arguments],
            env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        last = ""
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line if re.search(r"\d+ (passed|failed|skipped|error)", line) else last
    counts = Counter({word.rstrip("s") + "s" if word.startswith("error") else word: int(number)
                      for number, word in re.findall(r"(\d+) (passed|failed|skipped|errors?)", last)})  # fmt: skip
    if process.wait() and not counts["failed"] and not counts["errors"]:
        counts["failed"] += 1
    return counts


def main(arguments: list[str]) -> int:
    full, only_postgis = "--full" in arguments, "--postgis" in arguments
    rest = [argument for argument in arguments if argument not in ("--full", "--postgis")]
    chosen = [*(["-m", ""] if full else ["-m", "not full"]), *rest]
    if full:
        os.environ["GRIDWARD_TIER"] = "full"
    paths_given = any(not argument.startswith("-") for argument in rest)
    total: Counter[str] = Counter()
    has_server = binaries_folder() is not None
    with running_cluster() if has_server else nullcontext("") as url:
        os.environ["TEST_POSTGIS_URL"] = url  # one cluster for both: on GeoPackage, too, some tests compare
        if not only_postgis:
            total += run_pytest("GeoPackage", "gpkg://:memory:", chosen)
        if has_server:
            total += run_pytest("PostGIS", url, [*chosen, *([] if paths_given else DATABASE_TESTS[full])])
        else:
            print("== PostGIS: no server binaries on this machine, left out")
    tier = "full" if full else "fast"
    print(f"== {tier} tier, all databases")
    failed = total["failed"] + total["errors"]
    print(f"{total['passed']} passed, {failed} failed, {total['skipped']} skipped")
    return 1 if failed or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

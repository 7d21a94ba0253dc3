"""The fixture ``postgis_url``: a PostGIS server for tests that compare both databases."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cluster import START_WITHIN_S, binaries_folder


@pytest.fixture(scope="session")
def postgis_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """TEST_POSTGIS_URL, or a cluster of this run's own that all its workers share."""
    given = os.environ.get("TEST_POSTGIS_URL")
    if given:
        return given
    if binaries_folder() is None:
        pytest.skip("no PostgreSQL server with PostGIS on this machine")
    # Under xdist the workers' base folders have one parent, and one process leads them.
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    return shared_cluster(base.parent if is_worker else base, os.getppid() if is_worker else os.getpid())


def shared_cluster(folder: Path, leader: int) -> str:
    """Start the run's cluster if nobody has, and answer its URL."""
    told = folder / "cluster-url"
    with (folder / "cluster-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            command = [sys.executable, "-m", "tests.cluster", "--while-alive", str(leader), str(told)]
            keeper = subprocess.Popen(command, start_new_session=True, cwd=Path(__file__).parents[1])
            deadline = time.monotonic() + START_WITHIN_S
            while not told.exists():
                if keeper.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("The test cluster did not start.")
                time.sleep(0.05)
    return told.read_text()

"""A benchmark's child process on each database that is there."""

import os
import subprocess
import sys
import tempfile

from tests.cluster import binaries_folder, running_cluster


def run_child(module: str, name: str, url: str) -> int:
    """Measure one database; settings come from the environment, so each has a process of its own."""
    with tempfile.TemporaryDirectory(prefix="gridward-bench-") as home:
        environment = {
            **os.environ, "DATABASE_URL": url.replace("HOME", home), "GRIDWARD_HOME": f"{home}/home",
            "DJANGO_SETTINGS_MODULE": "gridward.project.settings",
        }  # fmt: skip
        print(f"-- {name}", flush=True)
        return subprocess.run([sys.executable, "-W", "ignore", "-m", module], env=environment, check=False).returncode


def run_on_both(module: str) -> int:
    """GeoPackage, then PostGIS where its server is installed; both durable."""
    codes = [run_child(module, "GeoPackage", "gpkg:///HOME/bench.gpkg")]
    if binaries_folder() is None:
        print("-- PostGIS: no server binaries here")
        return codes[0]
    with running_cluster(durable=True) as url:
        codes.append(run_child(module, "PostGIS", url))
    return max(codes)

"""A PostgreSQL cluster with PostGIS of our own: temporary, on loopback, gone afterwards.

``python -m tests.cluster -- COMMAND …`` starts one, runs the command with DATABASE_URL and
TEST_POSTGIS_URL set, stops the cluster and answers with the command's exit code.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

START_WITHIN_S = 30
ACCOUNT = "postgres"
DATABASE = "gridward"
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
PR_SET_PDEATHSIG = 1


def binaries_folder() -> Path | None:
    """The newest PostgreSQL server on this machine that has PostGIS; None when there is none."""
    for initdb in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version, reverse=True):
        extensions = Path("/usr/share/postgresql") / str(_version(initdb)) / "extension"
        if (extensions / "postgis.control").exists():
            return initdb.parent
    return None


def _version(initdb: Path) -> int:
    name = initdb.parents[1].name
    return int(name) if name.isdecimal() else 0


@contextmanager
def running_cluster(durable: bool = False) -> Iterator[str]:
    """Yield the postgis:// URL of an empty database; `durable` keeps fsync on, as benchmarks need."""
    binaries = binaries_folder()
    if binaries is None:
        raise FileNotFoundError("No PostgreSQL server with PostGIS under /usr/lib/postgresql.")
    folder = Path(tempfile.mkdtemp(prefix="gridward-cluster-"))
    try:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
            shutil.chown(folder, ACCOUNT, ACCOUNT)
        data = folder / "data"
        initdb = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            ACCOUNT,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-A",
            "trust",
        ]
        subprocess.run([*initdb, "--no-sync"], check=True, stdout=subprocess.DEVNULL, **_as_account())
        with _running_server(binaries, folder, () if durable else FAST) as port:
            yield f"postgis://{ACCOUNT}@127.0.0.1:{port}/{DATABASE}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_account() -> dict[str, object]:
    """Drop root for PostgreSQL's own account."""
    if os.geteuid() != 0:
        return {}
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": [], "cwd": "/"}


@contextmanager
def _running_server(binaries: Path, folder: Path, options: tuple[str, ...]) -> Iterator[int]:
    port = _free_port()
    chosen = ("listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}", *options)
    arguments = [word for option in chosen for word in ("-c", option)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *arguments],
            stdout=log,
            stderr=log,
            preexec_fn=_die_with_parent,
            **_as_account(),
        )
    try:
        _prepare(server, port, folder / "log")
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(START_WITHIN_S)


def _die_with_parent() -> None:
    """Have Linux stop the server, too, when this process is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _prepare(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Wait for the server, then give every new database PostGIS through template1."""
    deadline = time.monotonic() + START_WITHIN_S
    address = {"host": "127.0.0.1", "port": port, "user": ACCOUNT, "autocommit": True}
    while True:
        try:
            with psycopg.connect(dbname="template1", **address) as template:
                template.execute("CREATE EXTENSION IF NOT EXISTS postgis")
            break
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}") from None
            time.sleep(0.05)
    with psycopg.connect(dbname="postgres", **address) as postgres:
        postgres.execute(f"CREATE DATABASE {DATABASE}")


@contextmanager
def database_of_its_own(url: str, name: str) -> Iterator[str]:
    """Yield the URL of a new, empty database on the same server, dropped afterwards."""
    server = url.replace("postgis://", "postgresql://").partition("?")[0]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{url.partition('?')[0].rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def serve_while_alive(pid: int, told: Path) -> None:
    """Keep one cluster for all workers of a test run; it ends with the process that leads them."""
    with running_cluster() as url:
        unfinished = told.with_suffix(".part")
        unfinished.write_text(url)
        unfinished.rename(told)
        while _is_alive(pid):
            time.sleep(0.2)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Run one command beside a cluster."""
    if arguments[:1] == ["--while-alive"]:
        serve_while_alive(int(arguments[1]), Path(arguments[2]))
        return 0
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.stderr.write("usage: python -m tests.cluster -- COMMAND …\n")
        return 2
    if binaries_folder() is None:
        sys.stderr.write("No PostgreSQL server with PostGIS on this machine.\n")
        return 1
    with running_cluster() as url:
        environment = {**os.environ, "DATABASE_URL": url, "TEST_POSTGIS_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The two processes of a demo, server and jobs: started, waited for, ended together."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

END_S = 10


class Stopped(Exception):  # noqa: N818 - reads as a sentence
    """Ctrl-C, or a signal to end."""


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


class Processes:
    """What was started here, and nothing else, is ended here."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str, **settings: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gridward.project.settings", **settings}
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        self.started.append(process)
        return process

    def end(self) -> None:
        """Ask kindly, then firmly: each has its own group, so that its workers end with it."""
        for process in self.started:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + END_S
        for process in self.started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, until - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def watch(self, meanwhile: Callable[[], object]) -> int:
        """Until one of them ends by itself do ``meanwhile`` again and again; answer its code."""
        while True:
            meanwhile()
            for process in self.started:
                if process.poll() is not None:
                    return process.returncode
            time.sleep(0.2)


def server_command(host: str, port: int, certificate: tuple[Path, Path] | None) -> list[str]:
    """granian serving the application by WSGI threads."""
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1",
        "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "gridward.project.wsgi:application",
    ]  # fmt: skip
    if certificate:
        command += ["--ssl-certificate", str(certificate[0]), "--ssl-keyfile", str(certificate[1])]
    return command


def jobs_command() -> list[str]:
    return [sys.executable, "-m", "django", "jobs", "--with-parent", str(os.getpid())]


def wait_for(url: str, seconds: float, processes: Processes) -> bool:
    """Until the first page is served."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if any(process.poll() is not None for process in processes.started):
            return False
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refused:
            return refused.code < 500
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def listen_for_end() -> None:
    """Ctrl-C and SIGTERM end the demo the same way."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _raise_stopped)

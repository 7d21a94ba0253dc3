"""The demo as a newcomer runs it, and the story told against it: real server, real jobs, real HTTP."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gridward.demo.content import table
from gridward.demo.story import Company
from gridward.demo.visitor import Visitor
from tests.cluster import binaries_folder, database_of_its_own
from tests.stories.browsing import every_move_by_a_click, filed_and_sent_by_keys, reports_without_script
from tests.tiers import TIER
from tests.tutorial import CHROMIUM, TOLD, walk

READY_S = 120
MOST_KEYS = 5
CLOCK = re.compile(r'data-shown="([^"]+)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_of(home: Path, url: str) -> dict[str, str]:
    return {**os.environ, "GRIDWARD_HOME": str(home), "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "gridward.project.settings"}  # fmt: skip


@contextmanager
def running_demo(home: Path, url: str, port: int, *more: str) -> Iterator[float]:
    """Seconds until the first page; everything it started has ended afterwards."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "demo", "--port", str(port), *more], env=environment_of(home, url),
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        while not answers(f"http://127.0.0.1:{port}/"):
            assert process.poll() is None and time.monotonic() - began < READY_S
            time.sleep(0.2)
        yield time.monotonic() - began
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert not answers(f"http://127.0.0.1:{port}/")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def tell_story(home: Path, url: str, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "django", "story", "--base-url", f"http://127.0.0.1:{port}"],
        env=environment_of(home, url), capture_output=True, text=True, timeout=2 * READY_S, check=False,
    )  # fmt: skip


def walk_tour(base: str, url: str) -> None:
    """Every step of the guided tour, in order, in a browser; a report on the way waits for dispatch in the next."""
    seen: dict[str, str] = {}
    codes = walk(base, "zh", lambda code, page: seen.update({code: page.locator("main").inner_text()}))
    has_file = url.startswith("gpkg")
    assert codes == [row["code"] for row in table("tour")["step"] if has_file or row["code"] != "file"]
    assert "需要您过问" in seen["overview"] and "期限是怎么来的" in seen["worst"]
    assert TOLD["zh"] in seen["dispatch"] and "权责清单" in seen["dispatch"]
    assert "核查不通过" in seen["rework"] and "重新办理" in seen["reopened"] and "封存" in seen["refused-tried"]
    assert "查询码" in seen["slip"] and "已记录" in seen["logged-tried"]
    assert not has_file or "cases_case" in seen["file"]


def file_by_keys(base: str) -> None:
    """At most five keys, with script and without; the seconds are told, not judged."""
    for script in (True, False):
        pressed, seconds = filed_and_sent_by_keys(base, script=script)
        assert pressed <= MOST_KEYS
        sys.stdout.write(f"filed and sent with {pressed} keys in {seconds:.1f} s, script {script}\n")


def stop_the_clock(base: str) -> None:
    """The played day begins by itself, and a visitor's press stops it."""
    visitor, until = Visitor(base), time.monotonic() + READY_S
    page = visitor.get("/").must_say("走起来")
    while "60×" not in page.words:
        assert time.monotonic() < until
        time.sleep(0.5)
        page = visitor.get("/")
    began = CLOCK.search(page.html)
    stopped = visitor.send(page, page.form_to("/demo/clock/")).must_say("已停住")
    later = CLOCK.search(stopped.html)
    assert began and later and later[1] > began[1]
    again = CLOCK.search(visitor.get("/").html)
    assert again and again[1] == later[1]


def stop_the_growth(base: str) -> None:
    """The month would grow for longer than the stories take; the system administrator may stop it on the page."""
    administrator = Company.at(base, print).who("sun")
    page = administrator.get("/background/")
    administrator.send(page, page.form_to("/stop/"))


def check_demo(home: Path, url: str) -> None:
    """First start, the story, two stories by clicks, second start; in the full tier while the month grows beside, and
    the story again, the tour and a played day too.
    """
    port = free_port()
    with running_demo(home, url, port):
        if TIER != "full":
            stop_the_growth(f"http://127.0.0.1:{port}")
        for _ in range(2 if TIER == "full" else 1):
            told = tell_story(home, url, port)
            assert told.returncode == 0, told.stdout + told.stderr
            for stage in ("信息采集", "案卷建立", "调度派遣", "案件处置", "处理反馈", "核实结案", "综合评价"):
                assert told.stdout.count(stage) >= 4, stage
        if CHROMIUM and TIER == "full":
            walk_tour(f"http://127.0.0.1:{port}/", url)
            file_by_keys(f"http://127.0.0.1:{port}")
        if CHROMIUM:
            every_move_by_a_click(f"http://127.0.0.1:{port}")
            reports_without_script(f"http://127.0.0.1:{port}")
    played = ("--live", "--speed", "60") if TIER == "full" else ()
    with running_demo(home, url, port, *played) as seconds:
        assert seconds < READY_S / 4  # no second growth; how fast exactly is the benchmark's matter
        if played:
            stop_the_clock(f"http://127.0.0.1:{port}/")


def test_the_demo_grows_serves_tells_and_ends(tmp_path: Path) -> None:
    home = tmp_path / "home"
    check_demo(home, f"gpkg://{home}/demo.gpkg")


@pytest.mark.full
@pytest.mark.skipif(binaries_folder() is None, reason="no PostGIS server binaries on this machine")
def test_the_demo_does_the_same_on_postgis(tmp_path: Path, postgis_url: str) -> None:
    with database_of_its_own(postgis_url, "demo_story") as url:
        check_demo(tmp_path / "home", url)


def test_the_story_says_what_is_wrong(tmp_path: Path) -> None:
    home = tmp_path / "home"
    told = tell_story(home, f"gpkg://{home}/none.gpkg", free_port())
    assert told.returncode != 0

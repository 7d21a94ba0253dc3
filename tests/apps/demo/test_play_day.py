"""The clock of a played day: it runs, stands still, stops in the evening, and goes by the file."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from gridward.demo import live
from gridward.work import clock
from tests.cast import Cast
from tests.town import Town

ZONE = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 20, 7, 0, tzinfo=ZONE)
NONE: frozenset[date] = frozenset()


def test_it_runs_faster_than_the_wall_stands_still_and_goes_on() -> None:
    face = live.started(FRIDAY, 30, ZONE, wall=1000.0)
    assert face.at(2000.0) == FRIDAY
    running = face.resumed(2000.0)
    assert running.at(2060.0) == FRIDAY + timedelta(minutes=30)
    paused = running.paused(2060.0)
    assert paused.at(9000.0) == FRIDAY + timedelta(minutes=30)
    assert paused.resumed(9000.0).at(9002.0) == FRIDAY + timedelta(minutes=31)


def test_it_stops_in_the_evening_and_the_next_day_is_a_working_day() -> None:
    face = live.started(FRIDAY, 60, ZONE, wall=0.0).resumed(0.0)
    evening = FRIDAY.replace(hour=20)
    assert not face.is_over(700.0) and face.at(10_000.0) == evening and face.is_over(10_000.0)
    monday = live.next_day(face, frozenset({date(2026, 11, 23)}), ZONE, 10_000.0)
    assert monday.at(10_000.0) == datetime(2026, 11, 24, 7, 0, tzinfo=ZONE) and monday.is_paused


@pytest.mark.parametrize(
    ("now", "last", "begins"),
    [
        ("2026-11-22T15:00+08:00", None, "2026-11-20T07:00+08:00"),  # a Sunday: the Friday before
        ("2026-11-23T05:00+08:00", None, "2026-11-20T07:00+08:00"),  # Monday before seven
        ("2026-11-23T08:00+08:00", None, "2026-11-23T07:00+08:00"),
        ("2026-12-01T08:00+08:00", "2026-11-20T14:20+08:00", "2026-11-20T14:20+08:00"),  # goes on where it stands
        ("2026-11-20T19:00+08:00", "2026-11-20T18:59+08:00", "2026-11-23T07:00+08:00"),  # nearly over
        ("2026-11-20T03:00+08:00", "2026-11-20T02:59+08:00", "2026-11-20T07:00+08:00"),
    ],
)
def test_where_a_played_day_begins(now: str, last: str | None, begins: str) -> None:
    moment = live.first_moment(
        datetime.fromisoformat(now), datetime.fromisoformat(last) if last else None, NONE, ZONE
    )  # fmt: skip
    assert moment == datetime.fromisoformat(begins)


@pytest.mark.django_db
def test_processes_go_by_the_file_and_a_page_stops_it(
    town: Town, cast: Cast, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "clock.json"
    live.write(path, live.started(FRIDAY, 30, ZONE, 0.0))
    settings.GRIDWARD_DEMO_CLOCK = str(path)
    refused = live.LiveClock(path)
    with pytest.raises(ImproperlyConfigured):  # the town is not an example
        refused()
    type(town.district).objects.update(is_demo=True)
    monkeypatch.setattr(clock, "_process", live.LiveClock(path))
    assert clock.now() == FRIDAY
    with clock.standing_at(datetime(2026, 1, 1, tzinfo=UTC)):  # a test's own moment goes before
        assert clock.now().year == 2026 and clock.now().month == 1
    client = Client()
    assert "11-20 07:00" in client.get("/").content.decode()
    assert client.post("/demo/clock/", {"next": "/guides/"}).url == "/guides/"
    assert not live.read(path).is_paused and clock.now() >= FRIDAY
    assert client.post("/demo/clock/", {"next": "https://elsewhere.example/"}).url == "/"
    stopped = clock.now()
    assert live.read(path).is_paused and clock.now() == stopped
    for _ in range(2):  # the player lets it run, also where a visitor did before
        live.let_run(path)
        assert not live.read(path).is_paused


@pytest.mark.django_db
def test_without_a_played_day_there_is_no_clock(town: Town, cast: Cast) -> None:
    type(town.district).objects.update(is_demo=True)
    client = Client()
    assert "example-clock" not in client.get("/").content.decode()
    assert client.post("/demo/clock/").status_code == 404

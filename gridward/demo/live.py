"""The clock of a played day: it runs faster than the wall, stands still when paused, and stops in the evening.

Server, jobs process and player read the same small file, named in GRIDWARD_DEMO_CLOCK.
"""

import json
import os
import time
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as hour_of_day
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

MORNING, EVENING, LATEST_START = hour_of_day(7), hour_of_day(20), hour_of_day(17)
SLOWEST, USUAL, FASTEST = 10, 30, 60
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Face:
    """The clock at one moment: ``shown`` (ISO, UTC) when the wall was at ``wall`` (seconds), and how it goes on."""

    shown: str
    wall: float
    speed: int
    ends: str = ""
    is_paused: bool = False

    def at(self, wall: float) -> datetime:
        """What it shows when the wall is at ``wall``; never past its end."""
        shown = datetime.fromisoformat(self.shown)
        if not self.is_paused:
            shown += timedelta(seconds=(wall - self.wall) * self.speed)
        return min(shown, datetime.fromisoformat(self.ends)) if self.ends else shown

    def is_over(self, wall: float) -> bool:
        """Whether the day has been played to its end."""
        return bool(self.ends) and self.at(wall) >= datetime.fromisoformat(self.ends)

    def paused(self, wall: float) -> "Face":
        return replace(self, shown=self.at(wall).isoformat(), wall=wall, is_paused=True)

    def resumed(self, wall: float) -> "Face":
        return replace(self, shown=self.at(wall).isoformat(), wall=wall, is_paused=False)


def is_working_day(on: date, off: frozenset[date]) -> bool:
    return on.weekday() < 5 and on not in off


def morning_of(on: date, off: frozenset[date], zone: ZoneInfo, step: timedelta) -> datetime:
    """Seven o'clock of this day or, a step at a time, of the next that is a working day."""
    while not is_working_day(on, off):
        on += step
    return datetime.combine(on, MORNING, zone)


def first_moment(now: datetime, last: datetime | None, off: frozenset[date], zone: ZoneInfo) -> datetime:
    """Where a played day begins: in an empty district the last working morning; else where its last step stands, or
    the next working morning when that day is nearly over.
    """
    if last is None:
        local = now.astimezone(zone)
        return morning_of(local.date() if local.time() >= MORNING else local.date() - DAY, off, zone, -DAY)
    local = last.astimezone(zone)
    if is_working_day(local.date(), off) and MORNING <= local.time() < LATEST_START:
        return local
    return morning_of(local.date() if local.time() < MORNING else local.date() + DAY, off, zone, DAY)


def evening_of(moment: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(moment.astimezone(zone).date(), EVENING, zone)


def started(moment: datetime, speed: int, zone: ZoneInfo, wall: float) -> Face:
    """Paused at this moment, to run to the evening of its day."""
    return Face(moment.isoformat(), wall, speed, evening_of(moment, zone).isoformat(), is_paused=True)


def next_day(face: Face, off: frozenset[date], zone: ZoneInfo, wall: float) -> Face:
    """Paused at seven of the next working day, when this one has been played."""
    on = datetime.fromisoformat(face.ends).astimezone(zone).date() + DAY
    return started(morning_of(on, off, zone, DAY), face.speed, zone, wall)


def read(path: Path) -> Face:
    return Face(**json.loads(path.read_text("utf-8")))


def write(path: Path, face: Face) -> None:
    """In one piece: another process reads the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".new")
    half.write_text(json.dumps(asdict(face)), "utf-8")
    os.replace(half, path)


def begin(path: Path, moment: datetime, speed: int, zone: ZoneInfo) -> None:
    """The clock of a day that will be played."""
    write(path, started(moment, speed, zone, time.time()))


def let_run(path: Path) -> None:
    """The player is ready; a visitor may have let it run before."""
    face = read(path)
    if face.is_paused:
        write(path, face.resumed(time.time()))


def go_on(path: Path, moment: datetime) -> None:
    """The clock of a district that is ahead of the world: from here at the usual speed, without an end."""
    write(path, Face(moment.isoformat(), time.time(), 1))


def look(path: Path) -> dict[str, Any]:
    """The clock as a page shows it."""
    face, wall = read(path), time.time()
    return {"face": face, "shown": face.at(wall), "is_over": face.is_over(wall)}


def turn(path: Path, off: frozenset[date], zone: ZoneInfo) -> None:
    """Stop it, let it run, or begin the next morning when the day is over."""
    face, wall = read(path), time.time()
    if face.is_over(wall):
        face = next_day(face, off, zone, wall)
    write(path, face.resumed(wall) if face.is_paused else face.paused(wall))


class LiveClock:
    """Tells the time of the file; a changed file counts from its next reading on."""

    def __init__(self, path: Path) -> None:
        self.path, self.read_at, self.is_checked = path, 0, False
        self.face = Face("1970-01-01T00:00:00+00:00", 0.0, 0)

    def __call__(self) -> datetime:
        if not self.is_checked:
            self._check()
        changed_at = os.stat(self.path).st_mtime_ns
        if changed_at != self.read_at:
            self.face, self.read_at = read(self.path), changed_at
        return self.face.at(time.time())

    def _check(self) -> None:
        """A district that is not an example has one time, that of the world."""
        self.is_checked = True
        if apps.get_model("districts", "District").objects.filter(is_demo=False).exists():
            raise ImproperlyConfigured("GRIDWARD_DEMO_CLOCK is for example districts only: take it out.")

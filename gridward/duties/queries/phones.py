"""通讯录: the duty phones of bodies, and who is there at an hour. Phones of bodies are nobody's personal data."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from gridward.accounts.models import Body, User
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.duties.models import Shift
from gridward.duties.queries.roster import on_turn
from gridward.duties.queries.shifts import held

AHEAD_DAYS = 14


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A body at an hour: the shift that runs then with its end, else the one that begins next. Neither: the body has
    no shifts of its own and keeps the working calendar.
    """

    body: Body
    shift: Shift | None
    until: datetime | None
    begins_at: datetime | None
    people: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        return self.until is not None


def phone_book(district: District, at: datetime, *, words: str = "") -> list[PhoneLine]:
    """Every living body with its duty phone, those found by name, phone or speciality; at most seven statements."""
    bodies = Body.objects.filter(district=district, valid_to__isnull=True)
    for word in words.split()[:5]:
        bodies = bodies.filter(
            Q(name_zh__contains=word) | Q(name_en__icontains=word) | Q(duty_phone__contains=word)
            | Q(speciality__icontains=word)
        )  # fmt: skip
    found = list(bodies.select_related("parent").order_by("sort_key", "pk"))
    times = _times(district, at)
    lines = [_line(body, times.get(body.pk, []), at) for body in found]
    starts = {(row[2].pk, row[1]): row[0] for rows in times.values() for row in rows}
    running = [(line.shift, starts[line.shift.pk, line.until]) for line in lines if line.shift and line.until]
    turns = on_turn(district, running, at)
    names = dict(User.objects.filter(pk__in=set().union(*turns.values())).values_list("pk", "name")) if turns else {}
    return [replace(line, people=_names(turns, names, line)) for line in lines]


def _names(turns: dict[int, set[int]], names: dict[int, str], line: PhoneLine) -> tuple[str, ...]:
    """Who of the body has the shift that runs, by the roster."""
    return tuple(sorted(names[pk] for pk in turns.get(line.shift.pk, ()))) if line.shift and line.is_there else ()


def _times(district: District, at: datetime) -> dict[int, list[tuple[datetime, datetime, Shift]]]:
    day = local_day(district, at)
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    rows = list(Shift.objects.filter(in_force, district=district, retired_at__isnull=True).order_by("pk"))
    times: dict[int, list[tuple[datetime, datetime, Shift]]] = {}
    for shift, start, end in held(rows, district, at, days=AHEAD_DAYS):
        if end > at:
            times.setdefault(shift.body_id, []).append((start, end, shift))
    return times


def _line(body: Body, times: list[tuple[datetime, datetime, Shift]], at: datetime) -> PhoneLine:
    now = max((time for time in times if time[0] <= at), key=lambda time: time[1], default=None)
    if now:
        return PhoneLine(body, now[2], now[1], None)
    following = min(times, key=lambda time: time[0], default=None)
    return PhoneLine(body, following[2], None, following[0]) if following else PhoneLine(body, None, None, None)

"""Opening times as sorted half-open periods of UTC microseconds, with running totals for bisection."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from gridward.core.calendar.holidays import PACKAGED_YEARS, DayException, DayKind, chinese_days

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
QUARTER = 900 * SECOND
DAY_S = 86_400
DAY = DAY_S * SECOND
MICROSECOND = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
OFFICE_DAY = ((8 * 3600, 12 * 3600), (14 * 3600, 18 * 3600))
OFFICE_WEEK = (OFFICE_DAY,) * 5 + ((), ())
LAST_YEAR = 9990

DayPeriods = tuple[tuple[int, int], ...]


def to_microseconds(at: datetime) -> int:
    """Microseconds since 1970 of an aware time; a naive one is a bug."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return (at - EPOCH) // MICROSECOND


def to_utc(microseconds: int) -> datetime:
    return EPOCH + microseconds * MICROSECOND


def local_day(microseconds: int, zone: str) -> date:
    """The date of an instant in a zone: that of its quarter of an hour, of which every offset is a multiple."""
    return _day_of_quarter(microseconds // QUARTER, zone)


@lru_cache(maxsize=16384)
def _day_of_quarter(quarter: int, zone: str) -> date:
    return to_utc(quarter * QUARTER).astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=16384)
def _year_of(day: int) -> int:
    """The year of a day since 1970, in UTC."""
    return to_utc(day * DAY).year


@dataclass(frozen=True, slots=True)
class Block:
    """Periods ``starts[i]`` ≤ t < ``ends[i]`` in order; ``before[i]`` = open time before period i."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int

    @classmethod
    def of(cls, periods: Iterable[tuple[int, int]]) -> "Block":
        starts, ends, before, total = [], [], [], 0
        for start, end in periods:
            starts.append(start)
            ends.append(end)
            before.append(total)
            total += end - start
        return cls(tuple(starts), tuple(ends), tuple(before), total)

    def used(self, at: int) -> int:
        """Open time in this block before ``at``."""
        i = bisect_right(self.starts, at) - 1
        return 0 if i < 0 else self.before[i] + min(at, self.ends[i]) - self.starts[i]

    def reached(self, amount: int) -> int:
        """Earliest instant by which ``amount`` (0 < amount ≤ total) of this block's open time has passed."""
        i = bisect_right(self.before, amount - 1) - 1
        return self.starts[i] + amount - self.before[i]

    def next_open(self, at: int) -> int | None:
        """The first open instant from ``at`` on."""
        i = bisect_right(self.starts, at) - 1
        if i >= 0 and at < self.ends[i]:
            return at
        return self.starts[i + 1] if i + 1 < len(self.starts) else None


class Calendar(Protocol):
    """Anything with open periods: a week with exceptions, or a roster of shifts. It never changes."""

    def __hash__(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def zone(self) -> str: ...
    def blocks(self, start: int) -> Iterator[Block]:
        """Blocks in order, from one that begins before ``start``."""
        ...

    def is_provisional(self, start: int, end: int) -> bool:
        """Whether [start, end] touches time whose holidays or shifts are not known yet."""
        ...

    def day_exception(self, day: date) -> DayException | None: ...
    def is_workday(self, day: date) -> bool: ...


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """A week of opening periods, dated exceptions, a version and a zone.

    ``week`` has per weekday (Monday first) the periods in seconds from local midnight; a period may end after
    24:00 (a night). A make-up day opens like its own weekday or, where that is closed, like the first open
    weekday. In years that are not in ``years_loaded`` only the week counts, and results are provisional.
    """

    code: str = "office"
    version: int = 1
    zone: str = "Asia/Shanghai"
    week: tuple[DayPeriods, ...] = OFFICE_WEEK
    days: Mapping[date, DayException] = field(default_factory=chinese_days)
    years_loaded: frozenset[int] = frozenset(PACKAGED_YEARS)
    _years: dict[int, Block] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days, and at least one of them is open")
        flat = [(d * DAY_S + a, d * DAY_S + b) for d, day in enumerate(self.week) for a, b in day]
        around = [*flat, (flat[0][0] + 7 * DAY_S, flat[0][1] + 7 * DAY_S)]
        if any(a >= b for a, b in flat) or any(p[1] > n[0] for p, n in zip(around, around[1:], strict=False)):
            raise ValueError("opening periods are empty, overlap or are not in order")

    @cached_property
    def local(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def day_exception(self, day: date) -> DayException | None:
        return self.days.get(day)

    def is_workday(self, day: date) -> bool:
        return bool(self.periods_on(day))

    def periods_on(self, day: date) -> DayPeriods:
        """Opening periods that begin on a local date, in seconds from its midnight."""
        exception, usual = self.days.get(day), self.week[day.weekday()]
        if exception is None:
            return usual
        if exception.kind is DayKind.HOLIDAY:
            return ()
        return usual or next(periods for periods in self.week if periods)

    def blocks(self, start: int) -> Iterator[Block]:
        first = _year_of(start // DAY - 3)  # no zone is a day away, and no opening lasts two
        return map(self._year, range(first, LAST_YEAR))

    def is_provisional(self, start: int, end: int) -> bool:
        years = range(local_day(start, self.zone).year, local_day(end - 1, self.zone).year + 1)
        return not self.years_loaded.issuperset(years)

    def _year(self, year: int) -> Block:
        if year not in self._years:
            self._years[year] = Block.of(self._periods(year))
        return self._years[year]

    def _periods(self, year: int) -> Iterator[tuple[int, int]]:
        day, zone, last = date(year, 1, 1), self.local, 0
        while day.year == year:
            for a, b in self.periods_on(day):
                start, end = max(_instant(day, a, zone), last), _instant(day, b, zone)
                if end > start:
                    yield start, end
                    last = end
            day += ONE_DAY


def _instant(day: date, seconds: int, zone: ZoneInfo) -> int:
    """UTC microseconds of a wall clock time ``seconds`` after local midnight; summer time is heeded."""
    wall = datetime.combine(day, time(), zone) + timedelta(seconds=seconds)
    return to_microseconds(wall)


@dataclass(frozen=True, eq=False)
class ShiftCalendar:
    """The shifts of a post, or of everybody who may hold a case, as half-open intervals of aware times.

    Overlaps are merged. Beyond the last known shift ``usual`` goes on and results are provisional.
    """

    shifts: Sequence[tuple[datetime, datetime]]
    usual: WorkingCalendar
    code: str = "shift"
    version: int = 1
    _known: list[Block] = field(default_factory=list, init=False, repr=False)

    @property
    def zone(self) -> str:
        return self.usual.zone

    def day_exception(self, day: date) -> DayException | None:
        return self.usual.day_exception(day)

    def is_workday(self, day: date) -> bool:
        return self.usual.is_workday(day)

    def blocks(self, start: int) -> Iterator[Block]:
        known = self._block()
        yield known
        end = known.ends[-1] if known.ends else start
        for block in self.usual.blocks(max(start, end)):
            if block.starts and block.starts[0] >= end:
                yield block
            else:
                later = ((max(a, end), b) for a, b in zip(block.starts, block.ends, strict=True) if b > end)
                yield Block.of(later)

    def is_provisional(self, start: int, end: int) -> bool:
        known = self._block()
        return not known.ends or end > known.ends[-1]

    def _block(self) -> Block:
        if not self._known:
            self._known.append(Block.of(merged(self.shifts)))
        return self._known[0]


def merged(shifts: Iterable[tuple[datetime, datetime]]) -> list[tuple[int, int]]:
    """The union of intervals as sorted, disjoint periods: when at least one of several people is on shift."""
    union: list[tuple[int, int]] = []
    for start, end in sorted((to_microseconds(a), to_microseconds(b)) for a, b in shifts):
        if start >= end:
            raise ValueError("a shift ends before it starts")
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return union


def gaps(
    shifts: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Parts of [start, end) in which nobody is on shift; a duty roster for urgent cases has none."""
    found, at, last = [], to_microseconds(start), to_microseconds(end)
    for a, b in merged(shifts):
        if at < min(a, last):
            found.append((to_utc(at), to_utc(min(a, last))))
        at = max(at, b)
    if at < last:
        found.append((to_utc(at), to_utc(last)))
    return found


def week_from_json(week: Sequence[Sequence[Sequence[str]]]) -> tuple[DayPeriods, ...]:
    """``[[["08:00", "12:00"], …], … seven days]`` as seconds; an end not after its start is next day."""
    return tuple(tuple(_period(a, b) for a, b in day) for day in week)


def _period(start: str, end: str) -> tuple[int, int]:
    a, b = _seconds(start), _seconds(end)
    return a, b if b > a else b + DAY_S


def _seconds(clock: str) -> int:
    hours, minutes = (int(part) for part in clock.split(":"))
    if not (0 <= hours <= 24 and 0 <= minutes < 60):
        raise ValueError(f"{clock} is not a time of day")
    return hours * 3600 + minutes * 60

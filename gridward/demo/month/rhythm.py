"""When reports come: weekdays, hours, rain, the pile after days off."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BY_WEEKDAY = (340, 300, 290, 285, 300, 215, 180)
# Share of a day's reports by hour: a morning peak, a dip at noon, a second peak after work.
BY_HOUR = (1, 1, 1, 1, 1, 2, 5, 11, 17, 16, 13, 10, 7, 8, 11, 12, 11, 12, 11, 9, 8, 6, 4, 2)
RAIN_SHARE = 0.25
FEWEST, MOST = 150, 400


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the month: how many reports, and whether it rains."""

    on: date
    count: int
    is_wet: bool


def is_wet(on: date, seed: int) -> bool:
    return random.Random(f"rain {seed} {on}").random() < RAIN_SHARE


def day_of(on: date, seed: int, off: frozenset[date] = frozenset(), load: float = 1.0) -> Day:
    """The day's reports, ``load`` times the usual; the first working day after days off brings what waited."""
    rng = random.Random(f"load {seed} {on}")
    usual = BY_WEEKDAY[6] if on in off else BY_WEEKDAY[on.weekday()]
    pile = 1.25 if on - timedelta(days=1) in off and on not in off else 1.0
    wet = is_wet(on, seed)
    count = round(usual * pile * (1.15 if wet else 1.0) * rng.uniform(0.9, 1.1))
    return Day(on, round(min(max(count, FEWEST), MOST) * load), wet)


def moments(day: Day, seed: int, zone: ZoneInfo) -> list[datetime]:
    """The instants of a day's reports, in order."""
    rng = random.Random(f"hours {seed} {day.on}")
    hours = rng.choices(range(24), weights=BY_HOUR, k=day.count)
    start = datetime.combine(day.on, time(), zone)
    return sorted(start + timedelta(hours=hour, seconds=rng.randrange(3600)) for hour in hours)

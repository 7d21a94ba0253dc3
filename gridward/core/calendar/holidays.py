"""Public holidays and make-up days 调休 of China by the State Council's notices, one file a year."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

PACKAGED_YEARS = (2025, 2026)


class DayKind(StrEnum):
    """What a dated exception makes of its day."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


@dataclass(frozen=True, slots=True)
class DayException:
    """A day that differs from its weekday."""

    kind: DayKind
    name_zh: str = ""
    name_en: str = ""


@cache
def chinese_days(years: tuple[int, ...] = PACKAGED_YEARS) -> Mapping[date, DayException]:
    """Exceptions of the packaged years, by local date."""
    return MappingProxyType({day: row for year in years for day, row in _year(year).items()})


def _year(year: int) -> dict[date, DayException]:
    text = resources.files("gridward.core.calendar").joinpath("data", f"cn_{year}.csv").read_text("utf-8")
    return parse_days(text)


def parse_days(text: str) -> dict[date, DayException]:
    """Exceptions from CSV text with the columns day, kind, name_zh, name_en.

    Raises
    ------
    ValueError
        For a day that is listed twice, or is not a date, or a kind that is neither holiday nor workday.
    """
    days: dict[date, DayException] = {}
    for row in csv.DictReader(text.splitlines()):
        day = date.fromisoformat(row["day"])
        if day in days:
            raise ValueError(f"{day} is listed twice")
        days[day] = DayException(DayKind(row["kind"]), row["name_zh"], row["name_en"])
    return days

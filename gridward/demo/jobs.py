"""The rest of the month, grown in the background: newest day first, resumed where it stopped."""

import time
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from gridward.cases.actions.bulk import WRITTEN
from gridward.demo.actions.month import DAYS, days_back, grow_day, month_of
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.gpkg.indexes import refresh_statistics
from gridward.work import clock
from gridward.work.models import Run
from gridward.work.reporting import Report

KIND = "demo.grow_month"
NAMES = {KIND: _("The example district's month of cases is grown")}
BREATH_S = 0.03  # between two writes: others want the write lock too


def days_grown(district: District) -> set[str]:
    """Days that are complete, as the runs so far tell: the two of the start and those of their cursors."""
    runs = Run.objects.filter(district=district, kind=KIND)
    return {day for run in runs for day in (*run.arguments.get("grown", ()), *run.cursor.get("grown", ()))}


def days_to_grow(district: District, today: date) -> list[date]:
    """Days of the month that are not complete, the newest first."""
    grown = days_grown(district)
    return [day for day in days_back(today, DAYS) if day.isoformat() not in grown]


def grow_month(report: Report) -> None:
    """Grow what is missing of the last thirty days."""
    district, now = District.objects.get(pk=report.district_id), clock.now()
    month = month_of(district, report.arguments["seed"], report.arguments.get("load", 1.0))
    days = days_to_grow(district, local_day(district, now))
    grown: list[Any] = list(report.cursor.get("grown", ()))

    def rest() -> None:
        report.reached(len(grown), total=len(days))
        time.sleep(BREATH_S)

    for on in days:
        grow_day(month, on, now, rest)
        grown.append(on.isoformat())
        report.reached(len(grown), total=len(days), cursor={"grown": grown}, message=f"{on:%m-%d}")
    refresh_statistics(connection, WRITTEN)


RUNS = {KIND: grow_month}

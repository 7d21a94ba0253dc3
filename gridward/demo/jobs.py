"""The rest of the month, grown in the background: newest day first, a day at a time, resumed where it stopped."""

from datetime import date

from gridward.cases.models import NumberSeries
from gridward.demo.actions.month import DAYS, days_back, grow_day, month_of
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.work import clock
from gridward.work.reporting import Report


def days_to_grow(district: District, today: date) -> list[date]:
    """Days of the month without any case yet, the newest first."""
    there = set(NumberSeries.objects.filter(district=district).values_list("day", flat=True))
    return [day for day in days_back(today, DAYS) if day not in there]


def grow_month(report: Report) -> None:
    """Grow what is missing of the last thirty days."""
    district = District.objects.get(pk=report.district_id)
    now = clock.now()
    month = month_of(district, report.arguments["seed"])
    days = days_to_grow(district, local_day(district, now))
    for done, on in enumerate(days):
        report.reached(done, total=len(days), message=f"{on:%m-%d}")
        grow_day(month, on, now)
    report.reached(len(days), total=len(days))


RUNS = {"demo.grow_month": grow_month}

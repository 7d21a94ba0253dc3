"""The kept counts made again from the cases and their steps, grid by grid, while everybody goes on working."""

from collections import Counter
from itertools import islice

from django.db import transaction

from gridward.cases.actions.rollups import add_up
from gridward.cases.queries.counted import NOW, Kept, differences, grid_keys, month_differences
from gridward.districts.models import District
from gridward.gpkg.adding import add_many
from gridward.work.reporting import Report

KIND = "cases.rebuild_rollups"
AT_ONCE = 2000  # counts a transaction: some 50 ms of the write lock


def rebuild_rollups(report: Report) -> None:
    """Compare and put right one grid after the other, then the months; taken up again where it stopped."""
    district = District.objects.get(pk=report.district_id)
    keys, after = grid_keys(district.pk), report.cursor.get("after")
    done, wrong = sum(key <= after for key in keys) if after is not None else 0, report.cursor.get("wrong", 0)
    for key in keys[done:]:
        wrong, done = wrong + put_right(district.pk, district.time_zone, key), done + 1
        report.reached(done, total=len(keys) + 1, cursor={"after": key, "wrong": wrong})
    wrong += put_months_right(district.pk)
    report.reached(done + 1, total=len(keys) + 1, cursor={**report.cursor, "wrong": wrong})


def put_right(district_id: int, zone: str, key: int, kept: Kept = NOW) -> int:
    """One grid; answer how many counts were wrong."""
    found = iter(differences(district_id, zone, key, kept).items())
    count = 0
    while some := dict(islice(found, AT_ONCE)):
        with transaction.atomic():
            add_up(Counter(some), kept)
        count += len(some)
    return count


def put_months_right(district_id: int, kept: Kept = NOW) -> int:
    """Months that are not the sums of their days; answer how many."""
    count = 0
    for model, key, rows in month_differences(district_id, kept):
        with transaction.atomic():
            add_many(model, key, kept.facts, rows)
        count += len(rows)
    return count

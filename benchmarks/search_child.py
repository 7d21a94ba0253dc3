"""One database of the search benchmark; started by benchmarks.search, which sets the environment."""

import io
import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q, QuerySet  # noqa: E402

from benchmarks.copying import copy_cases  # noqa: E402
from gridward.accounts.models import User  # noqa: E402
from gridward.accounts.queries import held_roles, territory  # noqa: E402
from gridward.cases.actions.searching import index_from  # noqa: E402
from gridward.cases.models import Case  # noqa: E402
from gridward.cases.queries import visible_cases  # noqa: E402
from gridward.cases.queries.searching import newest_found  # noqa: E402
from gridward.districts.queries import local_day  # noqa: E402
from gridward.work import clock  # noqa: E402

CASES, TIMES, MOST = int(os.environ["GRIDWARD_BENCH_CASES"]), 5, 1001
PEOPLE = {"wen": "the district", "hui": "a subdistrict", "lin": "a community", "deng": "a department", "gao": "a grid"}
WORDS = ("号", "路灯", "电动车", "占道经营", "井盖松动", "魑魅")


def took_ms(ask: Callable[[], Any]) -> float:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def by_like(rows: QuerySet[Case], words: str) -> list[int]:
    """As searching was before: every row is read."""
    told = Q(place__icontains=words) | Q(description__icontains=words) | Q(category__name_zh__icontains=words)
    return list(rows.filter(told).order_by("-reported_at", "-pk").values_list("pk", flat=True)[:MOST])


def measure() -> None:
    print(f"{Case.objects.count():,} cases; the newest {MOST - 1:,} and whether there are more; medians of {TIMES}")
    for name, where in PEOPLE.items():
        user = User.objects.get(username=name)
        held = held_roles(user, local_day(user.district, clock.now()))[0]
        rows = visible_cases(held, territory(held))
        for words in WORDS:
            found = len(newest_found(rows, words, MOST))
            ours = took_ms(lambda r=rows, w=words: newest_found(r, w, MOST))  # type: ignore[misc]
            like = took_ms(lambda r=rows, w=words: by_like(r, w))  # type: ignore[misc]
            print(f"{where:14} {words:5} {found:5} found  {ours:8.1f} ms   LIKE {like:8.1f} ms   {like / ours:6.1f} ×")


if __name__ == "__main__":
    call_command("demo", "--grow-only", stdout=io.StringIO())
    copy_cases(CASES)
    began = time.perf_counter()
    for _done in index_from(0):
        pass
    spent = time.perf_counter() - began
    print(f"indexed anew in {spent:.0f} s, {spent / Case.objects.count() * 1e6:.0f} µs a case")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    measure()

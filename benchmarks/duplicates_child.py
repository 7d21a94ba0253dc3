"""One database of the duplicates benchmark; started by benchmarks.duplicates, which sets the environment."""

import io
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from gridward.accounts.models import User  # noqa: E402
from gridward.accounts.queries import held_roles, territory  # noqa: E402
from gridward.cases.models import Case  # noqa: E402
from gridward.cases.queries import visible_cases  # noqa: E402
from gridward.cases.queries.choices import box_of  # noqa: E402
from gridward.cases.queries.duplicates import (  # noqa: E402
    READ,
    Told,
    _near,
    akin,
    likely_duplicates,
    place_tile,
    told_by,
)
from gridward.core.search.alike import FAR_M  # noqa: E402
from gridward.districts.queries import local_day  # noqa: E402
from gridward.gpkg.blob import unread_point  # noqa: E402
from gridward.gpkg.many import insert_many  # noqa: E402
from gridward.gpkg.reserving import reserve_ids  # noqa: E402
from gridward.work import clock  # noqa: E402

CASES, ASKED, CHUNK, SPREAD_M = int(os.environ["GRIDWARD_BENCH_CASES"]), 60, 5000, 0.004


def copies(made: list[Case], rng: random.Random) -> Iterator[Case]:
    """Open cases of the last month, each up to 400 m from one that was grown: dense where people live."""
    number = 0
    while True:
        for case, pk in zip(made, reserve_ids(Case, len(made)), strict=True):
            number += 1
            x, y = (at + rng.uniform(-SPREAD_M, SPREAD_M) for at in case.position.coords)
            case.pk, case.client_uuid, case.public_id, case.spoken_code = pk, uuid.uuid4(), uuid.uuid4(), ""
            case.number = f"{case.number[:6]}{3000 + number // 100_000:04}{case.number[10:14]}{number % 100_000:05}"
            case.__dict__["position"] = unread_point(x, y)
            case.tile, case.is_open, case.closed_at = place_tile(case.district, (x, y), None), True, None
            case.reported_at = clock.now() - timedelta(minutes=rng.randrange(30 * 24 * 60))
            yield case


def grow(most: int) -> None:
    made = list(Case.objects.filter(position__isnull=False).select_related("district"))
    new = copies(made, random.Random(8))
    while (missing := most - Case.objects.count()) > 0:
        with transaction.atomic():
            for _ in range(0, min(missing, CHUNK), len(made)):
                insert_many(next(new) for _ in made)


def took_ms(ask: Callable[[], Any]) -> tuple[float, float]:
    """On the wall, and of this process: on the GeoPackage the second is all the work there is."""
    began, used = time.perf_counter(), time.process_time()
    ask()
    return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000


def by_box(told: Told, rows: Any) -> list[Any]:
    """The same candidates by a box around the place."""
    near = rows.filter(
        position__intersects=box_of(told.district, told.point, FAR_M), category_id__in=akin(told.category), is_open=True
    )
    return list(near.order_by("-reported_at").values_list(*READ)[:60])


def measure() -> None:
    print(
        f"{Case.objects.count():,} open and recent cases; {ASKED} reports each, in ms: median, 95th of a hundred, own"
    )
    picked = list(Case.objects.filter(position__isnull=False).order_by("client_uuid")[:ASKED])
    asked = [told_by(Case.objects.select_related("district", "category").get(pk=case.pk)) for case in picked]
    for name in ("wen", "hui", "gao"):
        user = User.objects.get(username=name)
        held = held_roles(user, local_day(user.district, clock.now()))[0]
        rows = visible_cases(held, territory(held))
        for what, ask in (
            ("likely, with reasons", lambda told, r=rows: likely_duplicates(told, r)),
            ("candidates alone", lambda told: list(_near(told).values_list("pk", flat=True))),
            ("candidates by a box", lambda told, r=rows: by_box(told, r)),
            ("likely, no point", lambda told, r=rows: likely_duplicates(replace(told, point=None), r)),
        ):
            times = [took_ms(lambda told=told, ask=ask: ask(told)) for told in asked]  # type: ignore[misc]
            wall, own = zip(*times, strict=True)
            print(f"{name:5} {what:22} {median(wall):7.1f} {quantiles(wall, n=20)[-1]:7.1f}   own {median(own):7.1f}")


if __name__ == "__main__":
    call_command("demo", "--grow-only", stdout=io.StringIO())
    grow(CASES)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    measure()

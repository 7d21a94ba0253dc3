"""One database of the rehoming benchmark; started by benchmarks.rehoming, which sets the environment."""

import random
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import django
import numpy as np

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from gridward.audit.verification.chains import verify_bodies, verify_table  # noqa: E402
from gridward.cases import checks  # noqa: E402
from gridward.cases.actions.book import HistoryBook  # noqa: E402
from gridward.cases.actions.bulk import write_history  # noqa: E402
from gridward.cases.actions.contacts import Reporter, new_token  # noqa: E402
from gridward.cases.actions.history import tell_history  # noqa: E402
from gridward.cases.actions.reference import load_reference_lists  # noqa: E402
from gridward.cases.actions.reporting import Report  # noqa: E402
from gridward.cases.models import Case, CaseInGrid, CaseStep, Category  # noqa: E402
from gridward.cases.queries.history import KIND  # noqa: E402
from gridward.core.actor import SYSTEM, Actor  # noqa: E402
from gridward.grids.actions import adopt_plan, draft_plan, put_shape  # noqa: E402
from gridward.grids.models import GridPlan  # noqa: E402
from gridward.grids.queries import locate_many  # noqa: E402
from gridward.work import clock, reporting  # noqa: E402
from gridward.work.actions import claim_run  # noqa: E402
from tests.cast import build_cast  # noqa: E402
from tests.town import COMMUNITIES, Town, build_town, square  # noqa: E402

OPEN, PLACES, CHUNK = 20_000, 1_000_000, 1000
START = datetime(2026, 5, 6, 1, 30, tzinfo=UTC)
DAY = date(2026, 5, 8)


def fill(town: Town, count: int = OPEN) -> None:
    """Open cases all over the town, off the road and the hospital; a thousand are reported each second."""
    load_reference_lists(district=town.district, by=SYSTEM, valid_from=START.date())
    category = Category.objects.filter(district=town.district, allows_desk_check=True).order_by("sort_key").first()
    book, by, rng = HistoryBook(town.district), Actor(None, "resident", None, town.district.pk), random.Random(1)
    for n in range(count // CHUNK):
        lives = [
            SimpleNamespace(report=told(category, rng), by=by, at=START + timedelta(seconds=n), moves=())
            for _ in range(CHUNK)
        ]
        write_history(book, lives, rng)


def told(category: Any, rng: random.Random) -> Report:
    """Some place of a community."""
    west, south = rng.choice([row[-2:] for row in COMMUNITIES.values()])
    return Report(
        client_uuid=uuid.UUID(int=rng.getrandbits(128), version=4), channel="online", category_id=category.pk,
        description="路口垃圾堆了两天", place="柳荫路口", token=new_token(), reporter=Reporter("示例", "0000-5550000"),
        position=(west + 0.0005 + rng.random() * 0.0092, south + rng.random() * 0.01),
    )  # fmt: skip


def swapped(town: Town, by: Actor, at: datetime) -> GridPlan:
    """West and east change places in every community: nearly every case gets another grid."""
    plan = draft_plan(division=town.divisions["district"], name_zh="东西对调", by=by, at=at)
    for key, (*_, west, south) in COMMUNITIES.items():
        for side, there in (("e", west), ("w", west + 0.005)):
            put_shape(plan=plan, grid=town.grids[f"{key}_{side}"], shape=square(there, south, 0.005), by=by, at=at)
    return plan


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it answers, seconds on the wall, seconds of this process."""
    began, used = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - began, time.process_time() - used


def adopt(town: Town, by: Actor) -> None:
    """The whole adoption in its one transaction; the chains of all cases hold afterwards."""
    at = datetime(2026, 5, 8, 0, 1, tzinfo=UTC)
    with clock.standing_at(at):
        plan = swapped(town, by, at)
        before = Case.objects.filter(is_open=True).count()
        locate_many(town.district, [113.995], [28.195], day=DAY)  # a server has located places before
        _, wall, cpu = timed(lambda: adopt_plan(plan=plan, from_day=DAY, by=by, at=at))
    moved = CaseStep.objects.filter(verb="cases.rehome").count()
    damage = [*verify_table(CaseStep), *verify_bodies(CaseStep, set())]
    assert not damage and Case.objects.filter(is_open=True).count() == before
    print(f"adoption, {moved:,} of {before:,} open cases to another grid: {wall:.2f} s, CPU {cpu:.2f} s (aim 2 s)")


def told_anew() -> None:
    """The derived rows of all past cases, in their chunks, as the run writes them."""
    run = claim_run(at=clock.now())
    assert run is not None and run.kind == KIND
    _, wall, cpu = timed(lambda: tell_history(reporting.Report(run)))
    rows = CaseInGrid.objects.count()
    assert rows == OPEN and not list(checks.history())
    each = wall / rows * 1e6
    print(f"{rows:,} past cases told by the new grids, written: {wall:.2f} s, CPU {cpu:.2f} s, {each:.0f} µs each")


def past(town: Town) -> None:
    """A million places, told by the grids."""
    rng = np.random.default_rng(1)
    lon, lat = 113.99 + rng.random(PLACES) * 0.02, 28.19 + rng.random(PLACES) * 0.02
    locate_many(town.district, lon[:1], lat[:1], day=DAY)
    _, wall, cpu = timed(lambda: locate_many(town.district, lon, lat, day=DAY))
    print(f"{PLACES:,} places located: {wall:.2f} s, CPU {cpu:.2f} s (aim 1 s)")


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    here = build_town()
    fill(here)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    adopt(here, build_cast(here).actor("wen"))
    told_anew()
    past(here)
    connections.close_all()

"""One database of the rollups benchmark; started by benchmarks.rollups, which sets the environment."""

import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from gridward.cases.actions.rollups import fold_deltas  # noqa: E402
from gridward.cases.models import RollupDelta  # noqa: E402
from gridward.cases.queries.figures import Area, flow, stock  # noqa: E402
from gridward.gpkg.many import insert_many, new_row  # noqa: E402
from gridward.work import clock  # noqa: E402
from tests.town import build_town  # noqa: E402

GRIDS, DAYS, A_DAY, SUBDISTRICTS, PARTS = 1_500, 2_250, 3, 15, 10
WAITING, TIMES = 1_000, 21
LAST = date(2024, 1, 28)
FACTS = ("reported", "filed", "closed", "on_time", "late", "returned", "reworked", "reopened")
WAITS = ("pending_dispatch", "pending_handle", "handling", "suspended", "inspection")  # five days' reports are open
COLUMNS = (
    "metric, reported, filed, closed, on_time, late, unresolved, forced, voided, self_handled, returned, reworked, "
    "reopened"
)
SUMS = ", ".join(f"SUM({name})" for name in COLUMNS.split(", ")[1:])
HERE = "district_id, subdistrict_id, community_id, grid_id"
IS_SQLITE = connection.vendor == "sqlite"
DAY = "date('2018-01-01', '+' || d.n || ' days')" if IS_SQLITE else "DATE '2018-01-01' + d.n"
MONTH = "substr(day, 1, 7) || '-01'" if IS_SQLITE else "date_trunc('month', day)::date"
HASH = "(g.n * 7919 + d.n * 104729 + k.n * 13007) % 1000"
CATEGORY = f"1 + CAST(80 AS BIGINT) * ({HASH}) * ({HASH}) * ({HASH}) / 1000000000 + 80 * k.n"
PLACE = f"{{district}}, 1 + g.n % {SUBDISTRICTS}, 1000 + g.n % {SUBDISTRICTS * PARTS}, 2000 + g.n"
ON_TIME = f"CASE WHEN {HASH} < 920 THEN 1 ELSE 0 END"
COUNTS = f"1, 1, 1, 1, {ON_TIME}, 1 - {ON_TIME}, 0, 0, 0, 0, 0, 0, 0"


def series(name: str, count: int) -> str:
    return f"{name}(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM {name} WHERE n < {count - 1})"


def run(sql: str) -> None:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(sql)
        print(f"  {cursor.rowcount:>12,} rows of {sql.split()[2]}: {time.perf_counter() - began:.0f} s", flush=True)


def make(district: int) -> None:
    """Three cases a day in each grid, told and closed: grids are even, a tenth of the categories makes half of them."""
    place, these = PLACE.format(district=district), f"WITH RECURSIVE {series('g', GRIDS)}, {series('d', DAYS)}"
    these, of_all = f"{these}, {series('k', A_DAY)} SELECT", "FROM g CROSS JOIN d CROSS JOIN k"
    named = f"INSERT INTO cases_rollupflow ({HERE}, day, category_id, {COLUMNS})"
    run(f"{named} {these} {place}, {DAY}, {CATEGORY}, {COUNTS} {of_all}")
    for table, key in (("categorymonth", "district_id, subdistrict_id, category_id"), ("gridmonth", HERE)):
        months = f"SELECT {key}, {MONTH}, 1, {SUMS} FROM cases_rollupflow GROUP BY {key}, {MONTH}"
        run(f"INSERT INTO cases_rollup{table} ({key}, month, {COLUMNS}) {months}")
    monthly = f"SELECT district_id, category_id, month, 1, {SUMS} FROM cases_rollupcategorymonth GROUP BY 1, 2, 3"
    run(f"INSERT INTO cases_rollupdistrictmonth (district_id, category_id, month, {COLUMNS}) {monthly}")
    named = f"INSERT INTO cases_rollupstock ({HERE}, category_id, state, n)"
    run(f"{named} SELECT {HERE}, category_id, 'closed', SUM(closed) FROM cases_rollupflow GROUP BY {HERE}, category_id")
    for n, state in enumerate(WAITS):
        run(f"{named} {these} {place}, {CATEGORY}, '{state}', 1 {of_all} WHERE d.n = {n}")
    insert_many(_waiting(district, n) for n in range(WAITING))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _waiting(district: int, n: int) -> RollupDelta:
    place = {"subdistrict_id": 1, "community_id": 1000, "grid_id": 2000, "category_id": 1 + n % 240}
    return new_row(RollupDelta, district_id=district, **place, day=LAST, reported=1)


def timed(name: str, aim_ms: float, ask: Callable[[], Any]) -> None:
    """Medians of asking again and again, on the wall and of this process, and how many rows the answer has.

    On PostgreSQL the work is the server's: only the wall tells it.
    """
    answer, wall, used = ask(), [], []
    for _ in range(TIMES):
        began, cpu = time.perf_counter(), time.process_time()
        ask()
        wall.append((time.perf_counter() - began) * 1000)
        used.append((time.process_time() - cpu) * 1000)
    print(f"{name:<52}{len(answer):>8,} rows {median(wall):8.2f} ms, CPU {median(used):7.2f} (aim {aim_ms:.0f})")


def ask(area: Area) -> None:
    since, until, every = date(2024, 1, 1), date(2024, 2, 1), ("category",)
    grid, community = 2000 + 777, Area(area.district_id, frozenset({1000 + 7}))
    by_state = ("category", "state")
    of_grid, since_ever = {"grid_id": grid}, (date(2018, 1, 1), date(2024, 3, 1))
    timed("one grid: a month by category", 10, lambda: flow(area, since, until, every, FACTS, **of_grid))
    timed("one grid: what stands there now", 10, lambda: stock(area, by_state, **of_grid))
    timed("the district: a month by category", 10, lambda: flow(area, since, until, every, FACTS))
    timed("the district: open cases by category and state", 10, lambda: stock(area, by_state, states=WAITS))
    timed("heat map: a month by grid", 10, lambda: flow(area, since, until, ("grid",), ("reported",)))
    timed("heat map: open cases by grid", 10, lambda: stock(area, ("grid",), states=WAITS))
    timed("the cube: all months by category", 150, lambda: flow(area, *since_ever, ("month", *every), FACTS))
    timed("the stock whole: all by category and state", 150, lambda: stock(area, by_state))
    timed("a community: a month by category", 10, lambda: flow(community, since, until, every, FACTS))
    timed("a community: open cases by grid", 10, lambda: stock(community, ("grid",), states=WAITS))


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    here = build_town().district
    make(here.pk)
    print(f"{GRIDS * DAYS * A_DAY:,} cases, {GRIDS:,} grids; {WAITING:,} rows of change not added up yet")
    ask(Area(here.pk))
    began = time.perf_counter()
    print(f"{fold_deltas(at=clock.now()):,} rows of change added up: {time.perf_counter() - began:.2f} s")

"""A new plan of grids: open cases go to who serves their place now; history keeps its grid."""

from datetime import datetime
from typing import Any

from gridward.cases.actions.book import Book
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.writing import put_down_lightly, take_up_lightly
from gridward.cases.models import Case
from gridward.core.actor import Actor
from gridward.districts.queries import local_day
from gridward.grids.queries import locate_many
from gridward.work import clock
from gridward.work.locks import lock_all

MOST_OPEN = 20_000
CHUNK = 500


def rehome_open_cases(*, plan: Any, by: Actor, at: datetime, **_: Any) -> None:
    """Set ``duty_grid`` of the district's open cases by place under the new plan, each change a step."""
    day = max(local_day(plan.district, at), plan.adopted_from)
    rows = Case.objects.filter(district_id=plan.district_id, is_open=True, position__isnull=False)
    placed = list(rows.only("position", "duty_grid_id").order_by("pk")[:MOST_OPEN])
    lon, lat = [case.position.x for case in placed], [case.position.y for case in placed]
    homes_now = locate_many(plan.district, lon, lat, day=day)
    moved = [(case.pk, home) for case, home in zip(placed, homes_now, strict=True) if home != case.duty_grid_id]
    book = Book(plan.district)
    for start in range(0, len(moved), CHUNK):
        homes = dict(moved[start : start + CHUNK])
        desks = take_up_lightly(lock_all(Case, homes), book)
        for desk in desks:
            _rehome(desk, homes[desk.case.pk], by, at)
        put_down_lightly(desks, ["duty_grid"])


def _rehome(desk: CaseDesk, grid_id: int | None, by: Actor, at: datetime) -> None:
    before, desk.case.duty_grid_id = desk.case.duty_grid_id, grid_id
    said = {"from": before, "to": grid_id}
    desk.add_step(move="rehome", state_from=desk.case.state, by=by, at=at, recorded_at=clock.now(), body=said)

"""A new plan of grids: open cases go to who serves their place now; history keeps its grid."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db.models import OuterRef, Subquery

from gridward.audit.actions import append_steps, seal_into_chain
from gridward.audit.models import StepBody
from gridward.cases.actions.bulk import uncollected
from gridward.cases.actions.desk import CASE
from gridward.cases.actions.rollups import append_changes, moved_home
from gridward.cases.actions.steps import accepted_at
from gridward.cases.models import Case, CaseStep
from gridward.cases.queries.counted import Sums
from gridward.core.actor import Actor
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.gpkg.ahead import sent_ahead
from gridward.gpkg.many import insert_many, new_row, read_points, update_many
from gridward.gpkg.reserving import reserve_ids
from gridward.grids.queries import locate_many
from gridward.work import clock
from gridward.work.actions import deliveries_of

CHUNK = 2000
VERB = "cases.rehome"
Moved = tuple[int, int | None]
T = TypeVar("T")
READ = ("pk", "district_id", "state", "stage", "duty_grid_id", "step_n", "step_hash", "last_at", "grid_id", "is_open",
        "subdistrict_id", "community_id", "category_id", "complained_body_id")  # fmt: skip
OF_ONE: dict[str, Any] = {"pk": 0, "step_n": 0, "step_hash": b"", "last_at": None}


class _Head(NamedTuple):
    """What a step takes from its case, in the order of READ."""

    pk: int
    district_id: int
    state: str
    stage: int
    duty_grid_id: int | None
    step_n: int
    step_hash: bytes
    last_at: datetime
    grid_id: int | None
    is_open: bool
    subdistrict_id: int | None
    community_id: int | None
    category_id: int
    complained_body_id: int | None


def rehome_open_cases(*, plan: Any, by: Actor, at: datetime, **_: Any) -> None:
    """Set ``duty_grid`` of the district's open cases by place under the new plan, each change a step.

    A plan that is put in force late moves them to who serves them today, whatever came after it; done twice it
    changes nothing.
    """
    day = max(local_day(plan.district, at), plan.adopted_from)
    with uncollected():
        _rehome(dict(_moves(plan.district, day)), by, at)


def _moves(district: District, day: date) -> Iterator[Moved]:
    """Open cases that another grid serves on the day, in the order in which they are locked."""
    rows = Case.objects.filter(district=district, is_open=True, position__isnull=False).order_by("pk")
    placed, points = read_points(rows, "position", "pk", "duty_grid_id")
    homes = locate_many(district, points[:, 0], points[:, 1], day=day)
    return ((pk, home) for (pk, held), home in zip(placed, homes, strict=True) if home != held)


def _rehome(homes: dict[int, int | None], by: Actor, at: datetime) -> None:
    """All are locked first; then some are written while the steps of the next are made."""
    recorded_at = clock.now()
    heads = [head for pks in _in_chunks(homes) for head in _locked(pks)]
    ids = iter(reserve_ids(CaseStep, len(heads)))
    with sent_ahead():
        for some in _in_chunks(heads):
            steps = [_step(head, homes[head.pk], by, at, recorded_at) for head in some]
            for step, _ in steps:
                step.id = next(ids)
            _write(steps, homes)
        append_changes(_changes(heads, homes))


def _changes(heads: Iterable[_Head], homes: dict[int, int | None]) -> Iterator[Sums]:
    """What the kept counts lose and gain; cases that stood alike and go to the same grid are counted together."""
    alike = Counter((head._replace(**OF_ONE), homes[head.pk]) for head in heads)
    for (head, home), cases in alike.items():
        yield Counter({key: n * cases for key, n in moved_home(head._asdict(), home).items()})


def _in_chunks(them: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(them)
    return iter(lambda: list(islice(rest, CHUNK)), [])


def _locked(pks: Iterable[int]) -> list[_Head]:
    """Those that are open still, each with the time of its last step."""
    last = CaseStep.objects.filter(case=OuterRef("pk"), n=OuterRef("step_n")).values("at")
    rows = Case.objects.select_for_update().filter(pk__in=pks, is_open=True).order_by("pk")
    return [_Head(*row) for row in rows.annotate(last_at=Subquery(last)).values_list(*READ)]


def _write(steps: list[tuple[CaseStep, StepBody]], homes: dict[int, int | None]) -> None:
    """All rows of each table at once."""
    heads = [(homes[step.case_id], step.n, step.hash, step.case_id) for step, _ in steps]
    update_many(Case, ("duty_grid_id", "step_n", "step_hash"), heads)
    append_steps(steps)
    insert_many(d for step, _ in steps for d in deliveries_of(step, due_at=step.recorded_at))


def _step(head: _Head, home: int | None, by: Actor, at: datetime, recorded_at: datetime) -> tuple[CaseStep, StepBody]:
    """The step of one case, sealed into its chain."""
    moment, is_doubtful = accepted_at(at, earliest=head.last_at, recorded_at=recorded_at)
    step = new_row(
        CaseStep, district_id=head.district_id, case_id=head.pk, n=head.step_n + 1, verb=VERB, by_id=by.user_id,
        role=by.role, body_id=by.body_id, at=moment, recorded_at=recorded_at, is_time_doubtful=is_doubtful,
        state_from=head.state, state_to=head.state, stage=head.stage, action_uuid=None,
    )  # fmt: skip
    said = {"from": head.duty_grid_id, "to": home}
    return step, seal_into_chain(step, subject=f"{CASE}:{head.pk}", prev=bytes(head.step_hash), body=said)

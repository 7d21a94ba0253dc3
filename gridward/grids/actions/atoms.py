"""Units for the designer: counted, replaced as a whole, never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.partition.workload import Feature
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.gpkg.bulk import bulk_load
from gridward.grids.models import Atom, Cell
from gridward.grids.queries.rights import may_adopt
from gridward.grids.shapes import to_shapely, to_stored
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key

COUNTED = frozenset(feature.value for feature in Feature) | {"households"}


@dataclass(frozen=True, slots=True)
class AtomRow:
    """One counted unit. ``shape`` in WGS 84; ``community`` and ``cell`` are codes, empty where not known."""

    code: str
    shape: Any
    kind: str = Atom.Kind.BUILDING.value
    use: str = ""
    community: str = ""
    cell: str = ""
    block: str = ""
    is_compound: bool = False
    counts: Mapping[str, float] = field(default_factory=dict)


@transaction.atomic
def load_atoms(*, district: District, rows: Iterable[AtomRow], by: Actor, at: datetime) -> dict[str, int]:
    """Take a whole new count: units counted before are closed. Answers how many of each.

    Raises RuleBroken ``grids.not_counter``, ``grids.code_twice``, ``grids.division_unknown``,
    ``grids.count_wrong``.
    """
    if by.role != Role.SYSTEM and not may_adopt(by, district.pk, at):
        raise RuleBroken("grids.not_counter")
    given = _checked(rows)
    communities = {
        division.code: division
        for division in Division.objects.filter(district=district, is_in_use=True, level="community")
    }
    cells = dict(Cell.objects.filter(district=district).values_list("code", "pk"))
    now = clock.now()
    retired = Atom.objects.filter(district=district, retired_at__isnull=True).update(retired_at=now)
    made = [_atom(district, row, communities, cells, now) for row in given]
    with bulk_load(connection, Atom):
        Atom.objects.bulk_create(made, batch_size=500)
    told = {"counted": len(made), "retired": retired}
    leave_entry(
        district_id=district.pk, subject=subject_key(district), verb="grids.load_atoms", by=by, at=at, body=told
    )
    return told


def _checked(rows: Iterable[AtomRow]) -> list[AtomRow]:
    seen: set[str] = set()
    given = list(rows)
    for row in given:
        if row.code in seen:
            raise RuleBroken("grids.code_twice", code=row.code)
        seen.add(row.code)
        for name, count in row.counts.items():
            if name not in COUNTED or not 0 <= count < 1e6:
                raise RuleBroken("grids.count_wrong", code=row.code, name=name, count=count)
    return given


def _atom(
    district: District, row: AtomRow, communities: Mapping[str, Division], cells: Mapping[str, int], now: datetime
) -> Atom:
    if row.community and row.community not in communities:
        raise RuleBroken("grids.division_unknown", code=row.community, grid=row.code)
    return Atom(
        district=district, code=row.code, kind=Atom.Kind(row.kind).value, use=row.use,
        community=communities.get(row.community), cell_id=cells.get(row.cell), block=row.block,
        is_compound=row.is_compound, shape=to_stored(to_shapely(row.shape)),
        counts={name: count for name, count in row.counts.items() if count}, recorded_at=now,
    )  # fmt: skip

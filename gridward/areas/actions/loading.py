"""Official lists of divisions and the ground of the map, loaded as they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from gridward.areas.models import Division, GroundFeature
from gridward.core.codes.divisions import DivisionLevel, parse_division
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.gpkg.bulk import bulk_load

LEVELS = (DivisionLevel.DISTRICT, DivisionLevel.SUBDISTRICT, DivisionLevel.COMMUNITY)


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One line of an official list; ``outline`` is a GeoDjango MultiPolygon or None."""

    code: str
    name_zh: str
    name_en: str = ""
    outline: Any = None


@dataclass(frozen=True, slots=True)
class GroundRow:
    """One thing of the base map; ``shape`` is a GeoDjango geometry in WGS 84."""

    kind: str
    shape: Any
    source: str
    name_zh: str = ""
    name_en: str = ""
    rank: int = 0


@transaction.atomic
def load_divisions(
    *, district: District, scheme: str, edition: str, rows: Iterable[DivisionRow], is_in_use: bool
) -> dict[str, Division]:
    """Load one edition of one list, from the top down; the answer is by 12-digit code.

    A division hangs under the division whose code is the beginning of its own, or, where the list leaves that
    one out, under the next above it. The level comes from the code, never from the name: official names are
    not regular (居委会 missing, a 虚拟社区 inside a park).

    Raises RuleBroken ``grids.division_twice`` for a code that stands twice, ``grids.division_elsewhere`` for
    one outside the district.
    """
    made: dict[str, Division] = {}
    parsed = sorted((parse_division(row.code), row) for row in _unique(rows))
    for level in LEVELS:
        batch = [_division(district, scheme, edition, code.text, row, made, is_in_use)
                 for code, row in parsed if code.level is level]  # fmt: skip
        _insert_with_paths(batch)
        made |= {division.code: division for division in batch}
    return made


def _unique(rows: Iterable[DivisionRow]) -> list[DivisionRow]:
    seen: dict[str, DivisionRow] = {}
    for row in rows:
        code = parse_division(row.code).text
        if code in seen:
            raise RuleBroken("grids.division_twice", code=code, names=f"{seen[code].name_zh}, {row.name_zh}")
        seen[code] = row
    return list(seen.values())


def _division(
    district: District, scheme: str, edition: str, code: str, row: DivisionRow, made: dict[str, Division],
    is_in_use: bool,
) -> Division:  # fmt: skip
    parsed = parse_division(code)
    if parsed.district != district.code6:
        raise RuleBroken("grids.division_elsewhere", code=code, code6=district.code6)
    above = parsed.parent
    while above is not None and above.text not in made:
        above = above.parent
    return Division(
        district=district, scheme=scheme, edition=edition, code=code, level=parsed.level.value,
        parent=made[above.text] if above else None, name_zh=row.name_zh, name_en=row.name_en or row.name_zh,
        sort_key=code, outline=row.outline, is_in_use=is_in_use,
    )  # fmt: skip


def _insert_with_paths(rows: list[Division]) -> None:
    """A path holds the row's own id, so it is written after the insert."""
    Division.objects.bulk_create(rows)
    for row in rows:
        row.path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
    Division.objects.bulk_update(rows, ["path"], batch_size=200)


def load_ground(*, district: District, rows: Iterable[GroundRow]) -> int:
    """Add things to the district's own base map; answer how many."""
    features = [
        GroundFeature(
            district=district, kind=row.kind, shape=row.shape, source=row.source,
            name_zh=row.name_zh, name_en=row.name_en, rank=row.rank,
        )
        for row in rows
    ]  # fmt: skip
    with bulk_load(connection, GroundFeature):
        GroundFeature.objects.bulk_create(features, batch_size=500)
    return len(features)

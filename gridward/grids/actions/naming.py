"""A grid is an identity with a code; its polygon comes with a plan."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.codes.numbers import MOST_GRIDS, grid_code
from gridward.core.errors import RuleBroken
from gridward.grids.models import Grid
from gridward.grids.queries.rights import require_drafter
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock


@transaction.atomic
def open_grid(
    *, division: Division, kind: str, name_zh: str, name_en: str = "", body: Body | None = None,
    level: str = "", by: Actor, at: datetime,
) -> Grid:  # fmt: skip
    """Give the next free code of a community (or a whole subdistrict) to a new grid; it has no shape yet.

    Raises RuleBroken ``grids.not_planner``,
    ``grids.codes_used_up`` after 339 grids of one kind.
    """
    division = lock(Division, division.pk)
    require_drafter(by, division, at)
    grid = Grid(
        district_id=division.district_id, code=next(free_codes(division, kind)), kind=kind,
        name_zh=name_zh, name_en=name_en or name_zh, body=body,
        level=level or default_level(kind, division.level),
        **home_of(division),
    )  # fmt: skip
    grid.save(force_insert=True)
    leave_entry(
        district_id=grid.district_id, subject=subject_key(grid), verb="grids.open_grid", by=by, at=at,
        body={"code": grid.code, "kind": kind, "name": name_zh},
    )  # fmt: skip
    return grid


def home_of(division: Division) -> dict[str, Division | None]:
    """Community and subdistrict of a grid that belongs to a division; of a whole district neither is known."""
    by_level = {division.level: division, **({division.parent.level: division.parent} if division.parent else {})}
    return {"community": by_level.get("community"), "subdistrict": by_level.get("subdistrict")}


def default_level(kind: str, division_level: str) -> str:
    """A premises grid stands below the communities; any other has the level of its division."""
    if kind == Grid.Kind.PREMISES:
        return Grid.Level.PREMISES.value
    return division_level if division_level in Grid.Level.values else Grid.Level.COMMUNITY.value


def free_codes(division: Division, kind: str) -> Iterator[str]:
    """The codes of a division that no grid of this kind ever had, in their order. Raises ``grids.codes_used_up``."""
    taken = set(
        Grid.objects.filter(district_id=division.district_id, code__startswith=division.code).values_list(
            "code", flat=True
        )
    )
    for sequence in range(1, MOST_GRIDS + 1):
        code = str(grid_code(division.code, kind, sequence))
        if code not in taken:
            yield code
    raise RuleBroken("grids.codes_used_up", name=division.name_zh, most=MOST_GRIDS)

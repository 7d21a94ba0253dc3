"""The one scope query: who sees what. Unseen = 404.

Every query of rows that belong to a district passes through ``within``; it begins with the district.
"""

from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from gridward.accounts.models import Body
from gridward.accounts.queries.grants import HeldRole
from gridward.areas.models import Division
from gridward.core.scopes import ScopeKind, Territory, parse_scope, rule_of

M = TypeVar("M", bound=Model)


def _subtrees(model: type[Division] | type[Body], district_id: int, roots: set[int]) -> frozenset[int]:
    """Ids of the roots and of all rows under them; a path holds the ids from the top down."""
    if not roots:
        return frozenset()
    under = reduce(or_, (Q(path__contains=f"/{root}/") for root in sorted(roots)))
    rows = model._default_manager.filter(under, district_id=district_id)
    return frozenset(rows.values_list("pk", flat=True))


def reach(held: HeldRole) -> Territory:
    """What the scopes of a role cover, whatever the role may see there; at most two statements."""
    ids: dict[ScopeKind, set[int]] = {kind: set() for kind in ScopeKind}
    for scope in map(parse_scope, held.scopes):
        ids[scope.kind].add(scope.id)
    if held.district_id in ids[ScopeKind.DISTRICT]:
        return Territory(held.district_id, whole_district=True)
    return Territory(
        held.district_id,
        division_ids=_subtrees(Division, held.district_id, ids[ScopeKind.AREA]),
        body_ids=_subtrees(Body, held.district_id, ids[ScopeKind.BODY]),
        grid_ids=frozenset(ids[ScopeKind.GRID]),
    )


def territory(held: HeldRole) -> Territory:
    """What a person who acts in this role sees of cases; empty for administrators, auditors, privacy."""
    return reach(held) if rule_of(held.role).sees_business else Territory(held.district_id)


def within(
    rows: QuerySet[M], seen: Territory, *,
    areas: tuple[str, ...] = ("community",), bodies: tuple[str, ...] = ("body",),
    grids: tuple[str, ...] = ("duty_grid",),
) -> QuerySet[M]:  # fmt: skip
    """The rows of a queryset that a territory reaches.

    ``areas``, ``bodies`` and ``grids`` name the foreign keys of the model (with ``__`` through relations)
    to divisions, bodies and grids; ``()`` where it has none. A row is seen when any of them is reached.
    """
    rows = rows.filter(district_id=seen.district_id)
    if seen.whole_district:
        return rows
    sets = ((areas, seen.division_ids), (bodies, seen.body_ids), (grids, seen.grid_ids))
    seen_by = [Q(**{f"{column}__in": ids}) for columns, ids in sets if ids for column in columns]
    return rows.filter(reduce(or_, seen_by)) if seen_by else rows.none()

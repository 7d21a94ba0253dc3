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


def _subtrees(model: type[M], district_id: int, roots: set[int]) -> QuerySet[M]:
    """The roots and all rows under them; a path holds the ids from the top down."""
    if not roots:
        return model._default_manager.none()
    under = reduce(or_, (Q(path__contains=f"/{root}/") for root in sorted(roots)))
    return model._default_manager.filter(under, district_id=district_id)


def reach(held: HeldRole) -> Territory:
    """What the scopes of a role cover, whatever the role may see there; at most two statements."""
    ids: dict[ScopeKind, set[int]] = {kind: set() for kind in ScopeKind}
    for scope in map(parse_scope, held.scopes):
        ids[scope.kind].add(scope.id)
    if held.district_id in ids[ScopeKind.DISTRICT]:
        return Territory(held.district_id, whole_district=True)
    areas = list(_subtrees(Division, held.district_id, ids[ScopeKind.AREA]).values_list("pk", "level", "parent_id"))
    subdistricts = frozenset(pk for pk, level, _ in areas if level == Division.Level.SUBDISTRICT)
    loose = (pk for pk, level, above in areas if level == Division.Level.COMMUNITY and above not in subdistricts)
    bodies = _subtrees(Body, held.district_id, ids[ScopeKind.BODY]).values_list("pk", flat=True)
    return Territory(
        held.district_id, division_ids=frozenset(pk for pk, *_ in areas), subdistrict_ids=subdistricts,
        community_ids=frozenset(loose), body_ids=frozenset(bodies), grid_ids=frozenset(ids[ScopeKind.GRID]),
    )  # fmt: skip


def _ids_of(area: str, seen: Territory) -> frozenset[int]:
    return seen.subdistrict_ids if area.rpartition("__")[2] == "subdistrict" else seen.community_ids


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
    sets = [(bodies, seen.body_ids), (grids, seen.grid_ids)]
    both = len(areas) > 1  # a community and its subdistrict: one of them is enough
    sets += [((area,), _ids_of(area, seen) if both else seen.division_ids) for area in areas]
    seen_by = [Q(**{f"{column}__in": ids}) for columns, ids in sets if ids for column in columns]
    return rows.filter(reduce(or_, seen_by)) if seen_by else rows.none()

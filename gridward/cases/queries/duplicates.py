"""Reports that probably tell of the same thing: near in place, time, kind and words, each with its reasons.

Few rows are ever read: an index leads from the squares around a place and the kinds akin to the newest of them, and the
viewer's rights choose among these. Points and reasons are given in core (``search.alike``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from gridward.cases.models import Case, Category
from gridward.cases.models.category import Family
from gridward.core.coordinates import Projection
from gridward.core.geometry import point_distance_m, public_point, tile_of, tiles_around
from gridward.core.search.alike import FAR_M, Alike, Beside, alike, shared_words, words_in
from gridward.districts.models import District
from gridward.gpkg.many import read_points

LOOK_BACK, JUST_CLOSED = timedelta(days=90), timedelta(days=14)
MOST_NEAR, MOST_READ, MOST_SHOWN = 300, 60, 5
READ = ("pk", "category_id", "reported_at", "is_released", "place", "description")
DAY_S = 86400.0
OF_A_HOME = frozenset({Family.HELP.value, Family.DISPUTE.value})

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Told:
    """The report that others are compared with: one that is being typed, or a case (``pk``) that is there.

    ``is_public``: by anybody. Others' places are then the coarse ones, and their words count once they were released:
    what is not shown cannot be worked out by trying.
    """

    district: District
    category: Category
    at: datetime
    point: Point | None = None
    community_id: int | None = None
    place: str = ""
    words: str = ""
    pk: int = 0
    complained_body_id: int | None = None
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Likely:
    """A case that is probably the same, and why."""

    case: Case
    alike: Alike


def place_tile(district: District, point: Point | None, community_id: int | None) -> int | None:
    """What a case keeps to be found by place: its square, or minus its community where there is no point."""
    if point is not None:
        return tile_of(*point, Projection(district.central_meridian))
    return None if community_id is None else -community_id


def told_by(case: Case) -> Told:
    """A case as a report to compare with."""
    return Told(
        case.district, case.category, case.reported_at, case.position.coords if case.position else None,
        case.community_id, case.place, case.description, case.pk, case.complained_body_id,
    )  # fmt: skip


def likely_duplicates(told: Told, rows: QuerySet[Case], *, most: int = MOST_SHOWN) -> list[Likely]:
    """The likeliest of ``rows`` that are open or were closed just before, the likeliest first."""
    ids = list(_near(told).values_list("pk", flat=True))
    seen = Case.objects.filter(Exists(rows.filter(pk=OuterRef("pk")).order_by()), pk__in=ids)
    found = sorted(seen.values_list(*READ), key=itemgetter(2), reverse=True)[:MOST_READ]
    places = _places(row[0] for row in found)
    ours, projection = words_in(told.place, told.words), Projection(told.district.central_meridian)
    judged = {row[0]: alike(_beside(told, row, places.get(row[0]), ours, projection)) for row in found}
    best = sorted((pk for pk in judged if judged[pk].is_likely), key=lambda pk: -judged[pk].points)[:most]
    cases = Case.objects.select_related("category", "body", "district").in_bulk(best)
    return [Likely(cases[pk], judged[pk]) for pk in best if pk in cases]


def _near(told: Told) -> QuerySet[Case]:
    """The newest in the squares around and of the kinds akin; a complaint beside complaints about the same body.

    The time is asked as an expression, and the viewer's rights of the few that are found: without statistics SQLite
    would walk all cases of a month or of a subdistrict rather than a few by their squares.
    """
    near = Case.objects.filter(
        _around(told), Q(is_open=True) | Q(closed_at__gte=told.at - JUST_CLOSED), district_id=told.district.pk,
        category_id__in=akin(told.category), merged_into__isnull=True, complained_body_id=told.complained_body_id,
    ).exclude(pk=told.pk)  # fmt: skip
    near = near.annotate(when=Coalesce("reported_at", "told_at"))
    return near.filter(when__range=(told.at - LOOK_BACK, told.at + LOOK_BACK)).order_by("-when", "-pk")[:MOST_NEAR]


def _around(told: Told) -> Q:
    """By the squares around, and what is known by its community only; without a point, all of the community."""
    if told.point is None:
        return Q(community_id=told.community_id, community_id__isnull=False)
    squares = tiles_around(*told.point, FAR_M, Projection(told.district.central_meridian))
    return Q(tile__in=[*squares, *([-told.community_id] if told.community_id else [])])


def akin(category: Category) -> list[int]:
    """The ids of the categories that people take for each other: of the same class, or called alike."""
    rows = Category.objects.filter(district_id=category.district_id, family=category.family)
    same = Q(major_zh=category.major_zh) | Q(scheme=category.scheme, code=category.code)
    return list(rows.filter(same).values_list("pk", flat=True))


def _places(pks: Iterable[int]) -> dict[int, Any]:
    rows = Case.objects.filter(pk__in=list(pks), position__isnull=False)
    found, points = read_points(rows, "position", "pk")
    return {pk: point for (pk,), point in zip(found, points, strict=True)}


def _beside(
    told: Told, row: tuple[Any, ...], place: Any, ours: frozenset[str], projection: Projection
) -> Beside:  # fmt: skip
    pk, category_id, reported_at, is_released, *texts = row
    days = (told.at - reported_at).total_seconds() / DAY_S
    words = shared_words(ours, words_in(*texts)) if is_released or not told.is_public else 0.0
    is_of_a_home = told.category.family in OF_A_HOME
    return Beside(_metres(told, place, projection), category_id == told.category.pk, days, words, is_of_a_home)


def _metres(told: Told, place: Any, projection: Projection) -> float | None:
    if told.point is None or place is None:
        return None
    seen = public_point(*place, projection) if told.is_public else tuple(place)
    return point_distance_m(told.point, seen, projection)

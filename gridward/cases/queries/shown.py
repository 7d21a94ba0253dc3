"""What anybody may see of cases close by: kind, stage, a rough place; words only when a person released them."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from gridward.cases.models import Case, Category, Standard
from gridward.cases.models.rollup import month_of
from gridward.cases.queries.duplicates import Likely, Told, likely_duplicates
from gridward.cases.queries.figures import Area, flow
from gridward.cases.queries.public import public_words
from gridward.cases.queries.yearbook import months_on
from gridward.cases.words import limit_words
from gridward.core.coordinates import Projection
from gridward.core.geometry import point_distance_m, public_point
from gridward.core.workflow.parse import load
from gridward.districts.models import District
from gridward.districts.queries import local_day

NEARBY_SINCE, MOST_NEARBY = timedelta(days=21), 5
LATELY = timedelta(days=30)
FEW = 10
SOLVED = ("closed", "evaluated", "self_handled")


@dataclass(frozen=True, slots=True)
class Nearby:
    """An open report close by, as anybody may see it."""

    case: Case
    point: tuple[float, float]
    distance_m: float
    zh: str
    en: str
    days: int
    has_words_alike: bool = False

    @property
    def words(self) -> str:
        """Its words, once a person released them."""
        return self.case.description if self.case.is_released else ""


def shown_cases(district: District) -> QuerySet[Case]:
    """Cases that may appear to anybody: no private kinds, nothing held back, no complaint about a body."""
    return Case.objects.filter(
        district=district, category__is_shown_nearby=True, is_quarantined=False, complained_body__isnull=True
    )


def nearby(told: Told) -> list[Nearby]:
    """Open reports that are probably the same, the likeliest first, by a point snapped to 50 m."""
    if told.point is None:
        return []
    rows = shown_cases(told.district).filter(is_open=True, reported_at__gte=told.at - NEARBY_SINCE)
    found = likely_duplicates(replace(told, is_public=True), rows.filter(position__isnull=False), most=MOST_NEARBY)
    projection = Projection(told.district.central_meridian)
    return [_as_seen(one, told.point, projection, told.at) for one in found]


def _as_seen(one: Likely, point: tuple[float, float], projection: Projection, at: datetime) -> Nearby:
    """The distance is that of the snapped point, in tens of metres: the exact place cannot be worked out of it."""
    case = one.case
    seen = public_point(case.position.x, case.position.y, projection)
    distance = round(point_distance_m(point, seen, projection), -1)
    return Nearby(
        case, seen, distance, *public_words(load(case.table).state(case.state), case), (at - case.reported_at).days,
        any(reason.code == "words" for reason in one.alike.reasons),
    )  # fmt: skip


def case_to_follow(district: District, public_id: str) -> Case | None:
    """An open case that anybody may join by “me too”."""
    try:
        uuid.UUID(public_id)
    except ValueError:
        return None
    return shown_cases(district).filter(public_id=public_id, is_open=True).first()


def solved_lately(district: District, at: datetime, *, grid_id: int | None = None, most: int = 4) -> list[Case]:
    """Closed cases that a person released for showing, the newest first; of one grid or of all."""
    rows = shown_cases(district).filter(is_released=True, state__in=SOLVED, closed_at__gte=at - LATELY)
    if grid_id is not None:
        rows = rows.filter(grid_id=grid_id)
    return list(rows.select_related("category", "community").order_by("-closed_at")[:most])


@dataclass(frozen=True, slots=True)
class PutRight:
    """What was solved since a day, and how often a case was opened again. Numbers below ``few`` are not said: they
    could point to a home.
    """

    since: date
    closed: int
    again: int
    few: int = FEW

    @property
    def is_few(self) -> bool:
        return self.closed < self.few

    @property
    def is_again_few(self) -> bool:
        return 0 < self.again < self.few


def put_right(district: District, at: datetime, *, grid_id: int | None = None) -> PutRight:
    """Since the first day of last month, in a grid or all of the district; from the kept counts."""
    this = month_of(local_day(district, at))
    since, until = months_on(this, -1), months_on(this, 1)
    where = {} if grid_id is None else {"grid_id": grid_id}
    found = flow(Area(district.pk), since, until, ("month",), ("closed", "self_handled", "reopened"), **where)
    closed, on_the_spot, again = (sum(counts) for counts in zip(*found.values(), strict=True)) if found else (0, 0, 0)
    return PutRight(since, closed + on_the_spot, again)


def usual_limit(category: Category) -> str:
    """How long a kind takes where all its standards agree; else nothing rather than a promise."""
    rows = Standard.objects.filter(category=category, retired_at__isnull=True, valid_to__isnull=True)
    limits = set(rows.values_list("limit_value", "limit_unit"))
    return limit_words(*limits.pop()) if len(limits) == 1 else ""

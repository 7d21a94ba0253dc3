"""What a person may choose from in the form of a move."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet

from gridward.accounts.models import Body, Grant, User
from gridward.accounts.queries import holders_of
from gridward.accounts.queries.grants import in_force as holds_on
from gridward.cases.models import Case, Category, Standard
from gridward.cases.queries.holders import GRID_ROLES
from gridward.core.coordinates import Projection
from gridward.core.geometry import box_around
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import local_day

NEAR_M = 80.0
HANDLING_KINDS = (
    Body.Kind.DEPARTMENT, Body.Kind.SUBDISTRICT_OFFICE, Body.Kind.RESIDENTS_COMMITTEE, Body.Kind.SERVICE_CENTRE,
    Body.Kind.PROPERTY_COMPANY, Body.Kind.SOCIAL_ORGANISATION, Body.Kind.PARTY_ORGANISATION, Body.Kind.CONTRACTOR,
)  # fmt: skip


def bodies_for(case: Case) -> QuerySet[Body]:
    """Bodies that may be made responsible; never the subject of a complaint or one below it."""
    rows = Body.objects.filter(district_id=case.district_id, kind__in=HANDLING_KINDS, valid_to__isnull=True)
    if case.complained_body_id:
        rows = rows.exclude(path__startswith=case.complained_body.path)
    return rows.select_related("calendar").order_by("sort_key")


def handlers_for(case: Case, at: datetime) -> QuerySet[User]:
    """Handlers of the responsible body and those below it."""
    if case.body is None:
        return User.objects.none()
    day = local_day(case.district, at)
    ids = holders_of(case.district_id, Role.HANDLER, day).filter(body__path__startswith=case.body.path)
    rows = User.objects.filter(pk__in=ids.values("user_id"), is_active=True)
    return without_subject(rows, case, day).order_by("name")


def verifiers_for(case: Case, at: datetime) -> QuerySet[User]:
    """Grid workers and leaders of the place and its community, without who handled it or serves whom it is about."""
    day = local_day(case.district, at)
    return _without_handler(of_community(case, day), case, day)


def inspectors_for(case: Case, at: datetime) -> QuerySet[User]:
    """Who may verify, and the supervisors whose territory reaches the place: a place without a grid has only these."""
    day = local_day(case.district, at)
    return _without_handler(of_community(case, day) | _supervisors_over(case, day), case, day)


def of_community(case: Case, day: date) -> set[int]:
    """Ids of the grid workers and leaders of the place and its community."""
    of_place = Q(scope__in=[f"grid:{case.duty_grid_id}", f"area:{case.community_id}"])
    of_place |= Q(body__division_id=case.community_id, body__division__isnull=False)
    return _holding(GRID_ROLES, case, day, of_place)


def _supervisors_over(case: Case, day: date) -> set[int]:
    areas = [pk for pk in (case.community_id, case.subdistrict_id) if pk]
    bodies = case.body.path.strip("/").split("/") if case.body else []
    scopes = [f"district:{case.district_id}", *(f"area:{pk}" for pk in areas), *(f"body:{pk}" for pk in bodies)]
    return _holding((Role.SUPERVISOR,), case, day, Q(scope__in=scopes) | Q(body__division_id__in=areas))


def _holding(roles: Iterable[Role], case: Case, day: date, over_place: Q) -> set[int]:
    grants = Grant.objects.filter(holds_on(day), over_place, district_id=case.district_id, role__in=list(roles))
    return set(grants.values_list("user_id", flat=True))


def _without_handler(user_ids: set[int], case: Case, day: date) -> QuerySet[User]:
    rows = User.objects.filter(pk__in=user_ids - {case.handler_id}, is_active=True)
    return without_subject(rows, case, day).order_by("name")


def without_subject(rows: QuerySet[User], case: Case, day: date) -> QuerySet[User]:
    """People who do not serve, in any role, the body that the case complains about or one below it."""
    if case.complained_body is None:
        return rows
    concerned = Grant.objects.filter(
        holds_on(day), district_id=case.district_id, body__path__startswith=case.complained_body.path
    )
    return rows.exclude(pk__in=concerned.values("user_id"))


def subjects_of(district_id: int) -> QuerySet[Body]:
    """Bodies that a complaint may be about: all but the district's own centre."""
    rows = Body.objects.filter(district_id=district_id, parent__isnull=False, valid_to__isnull=True)
    return rows.order_by("sort_key")


def categories_of(district_id: int) -> QuerySet[Category]:
    return Category.objects.filter(district_id=district_id, is_in_use=True).order_by("sort_key")


def in_force(day: date) -> Q:
    """Standards that hold on a day."""
    return Q(valid_from__lte=day, retired_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def standards_of(case: Case, at: datetime) -> QuerySet[Standard]:
    """The standards in force of the category that the case has, or that was just chosen for it in the form."""
    day = local_day(case.district, at)
    rows = Standard.objects.filter(in_force(day), district_id=case.district_id, category_id=case.category_id)
    return rows.order_by("n")


def earlier_nearby(case: Case, seen: QuerySet[Case], likely: Collection[int] = ()) -> QuerySet[Case]:
    """Of the cases that the viewer sees, open ones of the same family near this one, reported before it, and the
    ``likely`` ones: candidates to merge into.
    """
    rows = seen.filter(
        district_id=case.district_id, family=case.family, is_open=True, reported_at__lte=case.reported_at
    ).exclude(pk=case.pk)
    near = (
        Q(community_id=case.community_id, category_id=case.category_id) if case.position is None
        else Q(position__intersects=box_of(case.district, case.position.coords))
    )  # fmt: skip
    return rows.filter(near | Q(pk__in=likely) if likely else near).order_by("-reported_at")


def box_of(district: District, point: tuple[float, float], radius_m: float = NEAR_M) -> Polygon:
    """The box around a place, for the index; metres by the district's local projection."""
    return Polygon.from_bbox(box_around(*point, radius_m, Projection(district.central_meridian)))

"""Who is away, who stands in, and who may say so of whom."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from gridward.accounts.models import Grant, User
from gridward.accounts.queries import HeldRole
from gridward.accounts.queries.grants import in_force
from gridward.accounts.queries.people import administered_people, successors
from gridward.accounts.queries.territory import reach
from gridward.core.workflow.roles import Role
from gridward.districts.queries import local_day
from gridward.duties.models import Absence

# Who keeps the absences of those who serve their body or one below it.
KEEPERS = frozenset({Role.DEPARTMENT, Role.DUTY_CHIEF, Role.COMMUNITY_SECRETARY, Role.SUBDISTRICT_LEADER})


def away_on(district_id: int, day: date) -> QuerySet[Absence]:
    """The absences that hold on a day."""
    rows = Absence.objects.filter(district_id=district_id, valid_from__lte=day, valid_to__gt=day)
    return rows.filter(retired_at__isnull=True)


def covers_on(district_id: int, day: date) -> dict[int, int | None]:
    """Who is away on a day → who stands in, if anybody; one statement."""
    return dict(away_on(district_id, day).values_list("user_id", "cover_id"))


def back_on(district_id: int, day: date) -> dict[int, date]:
    """Who is away on a day → the day on which they are back."""
    return dict(away_on(district_id, day).values_list("user_id", "valid_to"))


def people_kept(held: HeldRole, at: datetime) -> QuerySet[User]:
    """Whose absences this person may enter: their own, of administrators those administered, of keepers those who
    serve their body or one below it.
    """
    if held.role == Role.SYSADMIN:
        people = administered_people(reach(held))
    elif held.role in KEEPERS:
        below = Grant.objects.filter(in_force(local_day(held.body.district, at)), body__path__startswith=held.body.path)
        people = User.objects.filter(Q(pk=held.user_id) | Q(pk__in=below.values("user_id")))
    else:
        people = User.objects.filter(pk=held.user_id)
    return people.filter(district_id=held.district_id, is_active=True).order_by("name", "pk")


def covers_for(user: User, at: datetime) -> QuerySet[User]:
    """Colleagues who hold a same role for a same body today."""
    return successors(user, at)


def absences_of(held: HeldRole, at: datetime) -> QuerySet[Absence]:
    """Present and coming absences of the people whose absences this person keeps, and those they stand in for."""
    day = local_day(held.body.district, at)
    rows = Absence.objects.filter(district_id=held.district_id, valid_to__gt=day, retired_at__isnull=True)
    mine = Q(user__in=people_kept(held, at).values("pk")) | Q(cover_id=held.user_id)
    return rows.filter(mine).select_related("user", "cover").order_by("valid_from", "pk")

"""Whom the form of a move proposes, and why. Asked for one case, told there, kept nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Count

from gridward.accounts.models import Grant, User
from gridward.accounts.queries.grants import in_force
from gridward.cases.models import Case
from gridward.core.dispatch.persons import Candidate, Terms, propose, terms_of
from gridward.districts.queries import local_day
from gridward.duties.models import Absence
from gridward.duties.queries import next_duties
from gridward.duties.queries.absences import away_on
from gridward.grids.queries.ways import walks_between

MOST_PLACES = 200
# the field of the form: what in a case says that somebody has it in hand
IN_HAND: Mapping[str, str] = MappingProxyType({"handler": "handler", "verifier": "checker", "inspector": "checker"})


@dataclass(frozen=True, slots=True)
class Person:
    """One who may be chosen, with what is known for this case."""

    user: User
    candidate: Candidate
    terms: Terms
    begins_at: datetime | None
    absence: Absence | None


@dataclass(frozen=True, slots=True)
class Persons:
    """All who may be chosen, by name, and the one that is proposed."""

    code: str
    people: Sequence[Person]
    proposed: Person | None


def persons_for(case: Case, users: Sequence[User], code: str, at: datetime) -> Persons:
    """Who of these could be at it soonest; who has it now or is away is not proposed. Eight statements."""
    ids, column = [user.pk for user in users], IN_HAND[code]
    open_cases = Case.objects.filter(**{f"{column}__in": ids}, district_id=case.district_id, is_open=True)
    open_cases = open_cases.exclude(pk=case.pk)
    held = dict(open_cases.values_list(f"{column}_id").annotate(n=Count("pk")).order_by())
    duty, used = next_duties(users, case.district, at), _used_to_it(case, ids, code, at)
    ways, away = _ways(case, open_cases, column), _away(case, at)
    people = [
        _person(user, held.get(user.pk, 0), duty.get(user.pk, at), ways.get(user.pk), user.pk in used, away, at)
        for user in users
    ]
    now = (case.handler_id, case.checker_id)
    free = [one for one in people if one.user.pk not in now and one.absence is None]
    best = propose([one.candidate for one in free], case.number)
    return Persons(code, people, next((one for one in free if one.candidate is best), None))


def _person(
    user: User, open_work: int, begins: datetime, way: tuple[float, bool] | None, is_used: bool,
    away: Mapping[int, Absence], at: datetime,
) -> Person:  # fmt: skip
    off_min = max((begins - at).total_seconds() / 60, 0.0)
    way_m, along = way or (None, False)
    candidate = Candidate(user.pk, open_work, off_min, way_m, along, is_used)
    return Person(user, candidate, terms_of(candidate), begins if off_min else None, away.get(user.pk))


def _away(case: Case, at: datetime) -> dict[int, Absence]:
    rows = away_on(case.district_id, local_day(case.district, at)).select_related("cover")
    return {row.user_id: row for row in rows}


def _used_to_it(case: Case, ids: Sequence[int], code: str, at: datetime) -> set[int]:
    """Who has handled this kind of thing before; of who checks, who serves the very grid."""
    if code == "handler":
        done = Case.objects.filter(handler_id__in=ids, category_id=case.category_id, feedback_at__isnull=False)
        return set(done.values_list("handler_id", flat=True).distinct())
    here = Grant.objects.filter(in_force(local_day(case.district, at)), user_id__in=ids,
                                scope=f"grid:{case.duty_grid_id}")  # fmt: skip
    return set(here.values_list("user_id", flat=True))


def _ways(case: Case, open_cases: object, column: str) -> dict[int, tuple[float, bool]]:
    """From the nearest place where each has work in hand: where somebody is, nobody tracks."""
    if case.position is None:
        return {}
    rows = open_cases.filter(position__isnull=False).order_by("due_at", "pk")  # type: ignore[attr-defined]
    found = list(rows.values_list(f"{column}_id", "position")[:MOST_PLACES])
    told = walks_between(case.district, case.position.coords, [point.coords for _, point in found])
    best: dict[int, tuple[float, bool]] = {}
    for (user_id, _), way in zip(found, told, strict=True):
        best[user_id] = min(best.get(user_id, way), way)
    return best

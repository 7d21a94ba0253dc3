"""People and bodies as their administrator sees them; what is not administered is not there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import get_language

from gridward.accounts.models import Body, Grant, User
from gridward.accounts.queries.grants import in_force
from gridward.areas.models import Division
from gridward.audit.models import Entry, StepBody
from gridward.core.scopes import ScopeKind, Territory, parse_scope
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.work import clock, collected
from gridward.work.models import ImportBatch

DELEGATED = '"delegated":true'
TOLD_OF = ("accounts.", "duties.", "grids.")


def administered_people(seen: Territory) -> QuerySet[User]:
    """Everybody of the district, or those who serve or served an administered body."""
    people = User.objects.filter(district_id=seen.district_id)
    if seen.whole_district:
        return people
    return people.filter(Exists(Grant.objects.filter(user=OuterRef("pk"), body__in=seen.body_ids)))


def find_people(
    seen: Territory, *, words: str = "", role: str = "", body: str = "", left: bool = False
) -> QuerySet[User]:
    """Administered people by name or username, role held today, body; in order of the username."""
    people = administered_people(seen).filter(left_on__isnull=not left)
    for word in words.split()[:5]:
        people = people.filter(Q(name__contains=word) | Q(username__icontains=word))
    held = Grant.objects.filter(in_force(_today(seen)), user=OuterRef("pk"))
    if role:
        people = people.filter(Exists(held.filter(role=role)))
    if body:
        people = people.filter(Exists(held.filter(body__district_id=seen.district_id, body__code=body)))
    return people.order_by("username")


def _today(seen: Territory) -> date:
    return local_day(District.objects.get(pk=seen.district_id), clock.now())


def get_person(seen: Territory, public_id: object) -> User:
    """An administered person, or 404."""
    person = administered_people(seen).select_related("district").filter(public_id=public_id).first()
    if person is None:
        raise Http404
    return person


def roles_of(people: Iterable[User], district: District, at: datetime) -> dict[int, list[str]]:
    """Per person of a district the roles held today, in the reader's language."""
    today = local_day(district, at)
    held: dict[int, list[str]] = {}
    rows = Grant.objects.filter(in_force(today), user__in=[user.pk for user in people]).select_related("body")
    for row in rows.order_by("user_id", "pk"):
        text = f"{_role_name(row.role)} · {named(row.body)}"
        if text not in held.setdefault(row.user_id, []):
            held[row.user_id].append(text)
    return held


def _role_name(role: str) -> str:
    return Role(role).zh if (get_language() or "zh").startswith("zh") else Role(role).en


def people_batches(seen: Territory) -> list[ImportBatch]:
    """Imports of people, the latest first; for the whole district's administrator."""
    if not seen.whole_district:
        return []
    rows = ImportBatch.objects.filter(district_id=seen.district_id, kind="accounts.import_people")
    return list(rows.select_related("by").order_by("-recorded_at")[:20])


@dataclass(frozen=True, slots=True)
class ShownGrant:
    """A grant in plain words."""

    grant: Grant
    role: str
    place: str
    holds: bool
    is_open: bool


def shown_grants(person: User, at: datetime) -> list[ShownGrant]:
    """All grants of a person, those that hold first."""
    today = local_day(person.district, at)
    rows = list(Grant.objects.filter(user=person, retired_at__isnull=True).select_related("body").order_by("-pk"))
    places = scope_names(person.district_id, [row.scope for row in rows])
    shown = [
        ShownGrant(
            row, _role_name(row.role), places.get(row.scope, row.scope),
            holds=row.valid_from <= today and (row.valid_to is None or row.valid_to > today),
            is_open=row.valid_to is None or row.valid_to > today,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(shown, key=lambda one: not one.is_open)


def scope_names(district_id: int, keys: list[str]) -> dict[str, str]:
    """Names of what scope keys stand for, in the reader's language; grids are named by the app that has them."""
    wanted: dict[ScopeKind, set[int]] = {kind: set() for kind in ScopeKind}
    for scope in map(parse_scope, keys):
        wanted[scope.kind].add(scope.id)
    rows = {
        ScopeKind.DISTRICT: District.objects.filter(pk=district_id),
        ScopeKind.AREA: Division.objects.filter(district_id=district_id, pk__in=wanted[ScopeKind.AREA]),
        ScopeKind.BODY: Body.objects.filter(district_id=district_id, pk__in=wanted[ScopeKind.BODY]),
    }
    names = {f"{kind}:{row.pk}": named(row) for kind, found in rows.items() if wanted[kind] for row in found}
    for name_grids in collected.joins().get("accounts.name_grids", ()):
        found = name_grids(district_id=district_id, ids=wanted[ScopeKind.GRID])
        names |= {f"{ScopeKind.GRID}:{pk}": named(grid) for pk, grid in found.items()}
    return names


def named(row: object) -> str:
    """A row's name in the reader's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(getattr(row, "name_zh" if is_chinese else "name_en"))


def entries_of(person: User) -> list[Entry]:
    """What was done to an account, the latest first."""
    rows = Entry.objects.filter(district_id=person.district_id, subject=f"accounts.User:{person.pk}")
    return list(rows.select_related("by").order_by("-n")[:50])


def delegated_entries(district_id: int, at: datetime) -> list[Entry]:
    """What subdistricts did with their own accounts, posts and shifts 下放, in 90 days."""
    verbs = Q()
    for prefix in TOLD_OF:
        verbs |= Q(verb__startswith=prefix)
    said = StepBody.objects.filter(table=Entry._meta.label, step_id=OuterRef("pk"), body__contains=DELEGATED)
    rows = Entry.objects.filter(verbs, Exists(said), district_id=district_id, recorded_at__gte=at - timedelta(days=90))
    return list(rows.select_related("by").order_by("-recorded_at", "-pk")[:200])


def left_behind(person: User) -> dict[str, int]:
    """What leaving would move or end, as counts by kind; asked of the apps that hold work of people."""
    counts: dict[str, int] = {}
    for ask in collected.joins().get("accounts.before_leave_post", ()):
        counts |= ask(user=person)
    return {kind: count for kind, count in counts.items() if count}


def successors(person: User, at: datetime) -> QuerySet[User]:
    """Colleagues who hold a same role for a same body today."""
    today = local_day(person.district, at)
    mine = Q(pk__in=[])
    for grant in Grant.objects.filter(in_force(today), user=person):
        mine |= Q(role=grant.role, body_id=grant.body_id)
    ids = Grant.objects.filter(mine, in_force(today)).exclude(user=person).values("user_id")
    return User.objects.filter(pk__in=ids, is_active=True).order_by("username")


def administered_bodies(seen: Territory) -> QuerySet[Body]:
    """Living bodies that are administered, in the order of the tree."""
    bodies = Body.objects.filter(district_id=seen.district_id, valid_to__isnull=True)
    bodies = bodies if seen.whole_district else bodies.filter(pk__in=seen.body_ids)
    return bodies.select_related("parent", "division").order_by("sort_key", "pk")


def body_tree(seen: Territory) -> list[tuple[int, Body]]:
    """Administered bodies from the top down with their depth; brothers by their sort key."""
    below: dict[int | None, list[Body]] = {}
    bodies = list(administered_bodies(seen))
    here = {body.pk for body in bodies}
    for body in bodies:
        below.setdefault(body.parent_id if body.parent_id in here else None, []).append(body)

    def walk(parent: int | None, depth: int) -> list[tuple[int, Body]]:
        return [row for body in below.get(parent, ()) for row in ((depth, body), *walk(body.pk, depth + 1))]

    return walk(None, 0)


def get_body(seen: Territory, code: str) -> Body:
    """An administered body by its code, or 404."""
    bodies = Body.objects.filter(district_id=seen.district_id, code=code)
    body = (bodies if seen.whole_district else bodies.filter(pk__in=seen.body_ids)).first()
    if body is None:
        raise Http404
    return body


def people_of(body: Body, at: datetime) -> list[Grant]:
    """Who holds a role for a body today."""
    today = local_day(body.district, at)
    rows = Grant.objects.filter(in_force(today), district_id=body.district_id, body=body).select_related("user")
    return list(rows.order_by("role", "user__username"))

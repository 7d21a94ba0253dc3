"""Which roles a person holds on a day, and which was chosen."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from gridward.accounts.models import Body, Grant, User
from gridward.core.actor import Actor
from gridward.core.scopes import parse_scope, takes_up_before
from gridward.core.workflow.roles import Role
from gridward.districts.queries import local_day


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One role that a person holds for one body, with all its scopes: what is chosen at the top of a page.

    ``serves`` are the bodies that the person serves in any role, with all above them.
    """

    user_id: int
    district_id: int
    role: Role
    body: Body
    scopes: tuple[str, ...]
    serves: frozenset[int]

    @property
    def key(self) -> str:
        """How the choice is written in forms and the session."""
        return f"{self.role}:{self.body.pk}"

    @property
    def actor(self) -> Actor:
        return Actor(self.user_id, self.role, self.body.pk, self.district_id)

    @property
    def label(self) -> str:
        """Role and body in the reader's language."""
        if (get_language() or "zh").startswith("zh"):
            return f"{self.role.zh} · {self.body.name_zh}"
        return f"{self.role.en} · {self.body.name_en}"


def get_user(public_id: str) -> User | None:
    """A person by the id that pages may show."""
    return User.objects.filter(public_id=public_id).first()


def in_force(day: date) -> Q:
    """Grants that hold on a day and were neither replaced nor withdrawn for cause."""
    return Q(valid_from__lte=day, retired_at__isnull=True, is_withdrawn_for_cause=False) & (
        Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    )


def grants_of(user: User | int, day: date) -> list[Grant]:
    """A person's grants on a day, the work first (core/scopes.toml gives the order), with their bodies."""
    user_id = user if isinstance(user, int) else user.pk
    grants = Grant.objects.filter(in_force(day), user_id=user_id).select_related("body")
    return sorted(grants, key=lambda g: (takes_up_before(g.role), g.body.sort_key, g.body_id, g.pk))


def held_roles(user: User | int, day: date) -> tuple[HeldRole, ...]:
    """A person's grants gathered by role and body; a role with a scope that no longer parses is an error."""
    grants = grants_of(user, day)
    serves = frozenset(int(part) for grant in grants for part in grant.body.path.strip("/").split("/") if part)
    return tuple(
        HeldRole(group[0].user_id, group[0].district_id, Role(role), group[0].body, _scopes(group), serves)
        for (role, _), group in ((key, list(rows)) for key, rows in groupby(grants, lambda g: (g.role, g.body_id)))
    )


def _scopes(grants: list[Grant]) -> tuple[str, ...]:
    return tuple(sorted({str(parse_scope(grant.scope)) for grant in grants}))


def chosen(held: tuple[HeldRole, ...], key: str | None) -> HeldRole | None:
    """The role of that key, else the first; ``None`` for somebody who holds nothing."""
    return next((role for role in held if role.key == key), held[0] if held else None)


def holders_of(
    district_id: int, role: str, day: date, *, scope: str = "", body_id: int | None = None
) -> QuerySet[Grant]:
    """Grants of a role in a district on a day, perhaps in one scope or body; with users."""
    grants = Grant.objects.filter(in_force(day), district_id=district_id, role=role).select_related("user", "body")
    if scope:
        grants = grants.filter(scope=scope)
    return grants.filter(body_id=body_id) if body_id is not None else grants


def held_at(actor: Actor, at: datetime, *, scope: str = "") -> bool:
    """Whether what an actor did at a moment was within a right: held then, not withdrawn for cause since.

    For work that arrives later than it was done. A grant closed during a day still covers what was done
    before the moment of closing.
    """
    if actor.user_id is None:
        return actor.role == Role.SYSTEM
    user = User.objects.select_related("district").filter(pk=actor.user_id).first()
    if user is None or user.district is None or actor.district_id != user.district_id:
        return False
    day = local_day(user.district, at)
    grants = Grant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day) | Q(valid_to=day, closed_at__gt=at),
        district_id=user.district_id, user_id=actor.user_id, role=actor.role, body_id=actor.body_id,
        valid_from__lte=day, retired_at__isnull=True, is_withdrawn_for_cause=False,
    )  # fmt: skip
    return (grants.filter(scope=scope) if scope else grants).exists()

"""Roles are held in scopes; a territory is what a chosen role with its scopes reaches.

``scopes.toml`` is the one published table of who sees what.
"""

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources

from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role


class ScopeKind(StrEnum):
    """What a scope key names; the number after the colon is the id of such a row."""

    DISTRICT = "district"
    AREA = "area"
    BODY = "body"
    GRID = "grid"


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """Where a role is held: ``area:12`` is division 12 with everything below it."""

    kind: ScopeKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class RoleRule:
    """One row of the table.

    Attributes
    ----------
    scopes
        kinds of scope that the role may be held in
    sees_business
        whether its holder sees the cases of the scope
    one_of
        of roles with the same word a person holds at most one; empty = no such bound
    """

    role: Role
    scopes: tuple[ScopeKind, ...]
    sees_business: bool
    one_of: str = ""


@dataclass(frozen=True, slots=True)
class Territory:
    """What somebody who acts in a role reaches; ids of whole subtrees, so that one query can compare.

    ``whole_district`` wins over the sets. A territory with neither reaches nothing. ``subdistrict_ids`` and
    ``community_ids`` are the divisions of those levels, a community only where its subdistrict is not among them:
    what lies in a community lies in its subdistrict, and a database asked for one of the two uses an index.
    """

    district_id: int
    whole_district: bool = False
    division_ids: frozenset[int] = field(default=frozenset())
    subdistrict_ids: frozenset[int] = field(default=frozenset())
    community_ids: frozenset[int] = field(default=frozenset())
    body_ids: frozenset[int] = field(default=frozenset())
    grid_ids: frozenset[int] = field(default=frozenset())

    @property
    def is_empty(self) -> bool:
        return not (self.whole_district or self.division_ids or self.body_ids or self.grid_ids)


def parse_scope(key: str) -> Scope:
    """The scope that a text key names.

    Raises
    ------
    RuleBroken
        ``accounts.scope_unknown`` when the key is not ``district:``, ``area:``, ``body:`` or ``grid:`` and
        a number.
    """
    kind, colon, number = key.partition(":")
    if not colon or kind not in list(ScopeKind) or not (number.isascii() and number.isdigit()):
        raise RuleBroken("accounts.scope_unknown", scope=key)
    return Scope(ScopeKind(kind), int(number))


@cache
def role_rules() -> dict[Role, RoleRule]:
    """All rows of ``scopes.toml`` by role, in its order."""
    text = resources.files("gridward.core").joinpath("scopes.toml").read_text("utf-8")
    return {
        Role(code): RoleRule(
            role=Role(code),
            scopes=tuple(ScopeKind(kind) for kind in row["scopes"]),
            sees_business=row["business"],
            one_of=row.get("one_of", ""),
        )
        for code, row in tomllib.loads(text).items()
    }


def rule_of(role: str) -> RoleRule:
    """The row of a role that a person can be given.

    Raises
    ------
    RuleBroken
        ``accounts.role_not_given`` for an unknown role and for those nobody is given (resident, system).
    """
    if role not in role_rules():
        raise RuleBroken("accounts.role_not_given", role=role)
    return role_rules()[Role(role)]


def check_scope(role: str, key: str) -> Scope:
    """The scope of a key, when the role may be held in such a scope.

    Raises
    ------
    RuleBroken
        ``accounts.scope_does_not_fit`` when the table gives the role other kinds of scope.
    """
    rule, scope = rule_of(role), parse_scope(key)
    if scope.kind not in rule.scopes:
        raise RuleBroken("accounts.scope_does_not_fit", role_zh=rule.role.zh, role_en=rule.role.en, scope=key)
    return scope


def conflicting(role: str, held: frozenset[str]) -> str:
    """The first held role that the table keeps apart from this one; empty when there is none."""
    word = rule_of(role).one_of
    apart = (r for r in sorted(held) if r != role and r in role_rules() and role_rules()[Role(r)].one_of == word)
    return next(apart, "") if word else ""


def takes_up_before(role: str) -> int:
    """Place of a role in the order in which roles are taken up when nothing was chosen."""
    order = list(role_rules())
    return order.index(Role(role)) if role in role_rules() else len(order)

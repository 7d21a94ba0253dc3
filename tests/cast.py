"""The cast of all tests and of the demo's sign-ins. All of them are invented 示例."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password

from gridward.accounts.models import Body, Grant, User
from gridward.core.actor import Actor
from gridward.districts.models import District
from gridward.grids.models import DutyPost
from tests.town import BUILT_AT, SINCE, Town

PASSWORD = "lamp-on-the-corner-7"

# key: name, role, body, kind of scope, what it names. Ada, a resident, needs no account.
ROLES: dict[str, tuple[str, str, str, str, str]] = {
    "cleo": ("柯敏", "acceptor", "centre", "district", "district"),
    "zhao": ("赵启明", "duty_chief", "centre", "district", "district"),
    "dev": ("戴伟", "dispatcher", "centre", "district", "district"),
    "ben": ("卞军", "handler", "maintenance", "body", "maintenance"),
    "eva": ("易芳", "grid_worker", "committee_liuyin", "grid", "liuyin_e"),
    "gao": ("高建国", "grid_worker", "committee_liuyin", "grid", "liuyin_w"),
    "deng": ("邓敏", "department", "maintenance", "body", "maintenance"),
    "cai": ("蔡莉", "acceptor", "centre", "district", "district"),
    "lin": ("林秀", "community_secretary", "committee_liuyin", "area", "liuyin"),
    "shu": ("舒文", "caseworker", "committee_liuyin", "area", "liuyin"),
    "hui": ("惠青", "subdistrict_leader", "office_liuan", "area", "liuan"),
    "wen": ("文博", "district_director", "centre", "district", "district"),
    "pan": ("潘悦", "privacy_officer", "centre", "district", "district"),
    "sun": ("孙立", "sysadmin", "centre", "district", "district"),
    "nie": ("聂安", "security_admin", "centre", "district", "district"),
    "ivy": ("艾薇", "auditor", "centre", "district", "district"),
}
ADA = "安丽华"
FINN = "范宁"


@dataclass(frozen=True)
class Cast:
    """People of the town by their short names; each holds one role."""

    users: dict[str, User]
    bodies: dict[str, Body]
    roles: dict[str, str]

    def __getitem__(self, name: str) -> User:
        return self.users[name]

    def actor(self, name: str) -> Actor:
        """The person, acting in the role that the cast gives them."""
        user = self.users[name]
        return Actor(user.pk, self.roles[name], self.bodies[name].pk, user.district_id)


def build_cast(town: Town) -> Cast:
    """Make the cast's accounts, grants and posts in the database of the running test."""
    password = make_password(PASSWORD)
    bodies = {name: town.bodies[row[2]] for name, row in ROLES.items()} | {"finn": town.other_body}
    users = {name: _user(town.district, name, row[0], password) for name, row in ROLES.items()}
    users["finn"] = User(district=town.other, username="finn", name=FINN, password=password, recorded_at=BUILT_AT)
    User.objects.bulk_create(users.values())
    scopes = {name: f"{kind}:{_target(town, kind, what)}" for name, (_, _, _, kind, what) in ROLES.items()}
    roles = {name: row[1] for name, row in ROLES.items()} | {"finn": "acceptor"}
    Grant.objects.bulk_create(
        _grant(users[name], roles[name], bodies[name], scopes.get(name, f"district:{town.other.pk}")) for name in users
    )
    DutyPost.objects.bulk_create(_post(town, users[name], bodies[name], ROLES[name][4]) for name in ("gao", "eva"))
    return Cast(users, bodies, roles)


def _user(district: District, username: str, name: str, password: str) -> User:
    return User(district=district, username=username, name=name, password=password, recorded_at=BUILT_AT)


def _grant(user: User, role: str, body: Body, scope: str) -> Grant:
    return Grant(
        district_id=user.district_id, user=user, role=role, body=body, scope=scope,
        valid_from=SINCE, recorded_at=BUILT_AT,
    )  # fmt: skip


def _post(town: Town, user: User, body: Body, grid: str) -> DutyPost:
    return DutyPost(
        district=town.district, grid=town.grids[grid], user=user, kind="full_time", body=body,
        valid_from=SINCE, recorded_at=BUILT_AT,
    )  # fmt: skip


def _target(town: Town, kind: str, what: str) -> int:
    rows: dict[str, Any] = {"area": town.divisions, "body": town.bodies, "grid": town.grids}
    return town.district.pk if kind == "district" else rows[kind][what].pk

"""Bodies, people and posts of the example district, and the cast that signs in."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.contrib.auth.hashers import make_password

from gridward.accounts.models import Body, Grant, User
from gridward.core.workflow.roles import Role
from gridward.demo.actions.ground import Ground
from gridward.demo.content import PASSWORD, rows, table
from gridward.demo.town.model import GridKind
from gridward.districts.models import District
from gridward.duties.models import Shift
from gridward.grids.models import DutyPost, Grid
from gridward.work import clock

SINCE = date(2025, 1, 1)
ROUND_THE_CLOCK = (
    "shizheng",
    "paishui",
    "gongshui",
    "ranqi",
    "gongdian",
    "denguang",
    "huanwei",
    "jiaojing",
    "yingji",
    "chengguan",
)
HANDLERS = 4
CENTRE_STAFF = ((Role.ACCEPTOR, 10), (Role.DISPATCHER, 5), (Role.DUTY_CHIEF, 3), (Role.SUPERVISOR, 2),
                (Role.HOTLINE_OPERATOR, 3))  # fmt: skip


@dataclass(slots=True)
class Staff:
    """Who works where: bodies by code, committees by community, people by (body id, role) and by grid."""

    bodies: dict[str, Body] = field(default_factory=dict)
    offices: dict[int, Body] = field(default_factory=dict)
    committees: dict[int, Body] = field(default_factory=dict)
    by_role: dict[tuple[int, str], list[User]] = field(default_factory=dict)
    of_grid: dict[int, User] = field(default_factory=dict)
    cast: dict[str, User] = field(default_factory=dict)


def _body(district: District, code: str, kind: str, name: tuple[str, str], parent: Body | None, **extra: Any) -> Body:
    return Body(
        district=district, code=code, kind=kind, name_zh=name[0], name_en=name[1], parent=parent,
        sort_key=extra.pop("sort_key", code), valid_from=SINCE, **extra,
    )  # fmt: skip


def _put(bodies: list[Body]) -> None:
    Body.objects.bulk_create(bodies, batch_size=200)
    for row in bodies:
        row.path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
    Body.objects.bulk_update(bodies, ["path"], batch_size=200)


def put_bodies(ground: Ground) -> Staff:
    """The centre, departments and companies of the list; an office a subdistrict, a committee a community."""
    staff, district, content = Staff(), ground.district, rows("bodies")
    waiting = [dict(row) for row in content]
    while waiting:
        ready = [row for row in waiting if not row["parent"] or row["parent"] in staff.bodies]
        layer = [
            _body(
                district, row["code"], row["kind"], (row["name_zh"], row["name_en"]),
                staff.bodies.get(row["parent"]) or staff.bodies.get("centre"), speciality=row["speciality"],
                duty_phone=row["phone"], sort_key=f"1{content.index(_same(content, row)):03}",
            )
            for row in ready
            if row["code"] == "centre" or "centre" in staff.bodies
        ]  # fmt: skip
        _put(layer)
        staff.bodies |= {body.code: body for body in layer}
        waiting = [row for row in waiting if row["code"] not in staff.bodies]
    _put_offices(ground, staff)
    return staff


def _same(content: tuple[dict[str, str], ...], row: dict[str, str]) -> dict[str, str]:
    return next(other for other in content if other["code"] == row["code"])


def _put_offices(ground: Ground, staff: Staff) -> None:
    centre, district = staff.bodies["centre"], ground.district
    offices = [
        _body(
            district, f"office-{area.code[6:9]}", Body.Kind.SUBDISTRICT_OFFICE, _office_name(area), centre,
            division=area, duty_phone=f"0000-66{area.code[6:9]}00", sort_key=f"2{area.code}", speciality="",
        )
        for area in ground.subdistricts
    ]  # fmt: skip
    _put(offices)
    staff.offices = dict(enumerate(offices))
    committees = [
        _body(
            district, f"committee-{area.code[6:]}", Body.Kind.RESIDENTS_COMMITTEE,
            (f"{area.name_zh}居民委员会", f"{area.name_en} Residents' Committee"),
            offices[ground.subdistricts.index(area.parent)], division=area, duty_phone=f"0000-77{area.code[6:]}",
            sort_key=f"3{area.code}",
        )
        for area in ground.communities
    ]  # fmt: skip
    _put(committees)
    staff.committees = dict(enumerate(committees))


def _office_name(area: Any) -> tuple[str, str]:
    if area.name_zh.endswith("街道"):
        return f"{area.name_zh}办事处", f"{area.name_en} Office"
    return f"{area.name_zh}管理委员会", f"{area.name_en} Administration"


def put_shifts(ground: Ground, staff: Staff) -> None:
    """The centre and the urgent services round the clock; committees on office days and weekend mornings."""

    def shift(body: Body, zh: str, en: str, days: str, start: int, end: int, *, follows: bool, roster: bool) -> Shift:
        return Shift(
            district=ground.district, body=body, name_zh=zh, name_en=en, weekdays=days, starts_at=time(start),
            ends_at=time(end), follows_calendar=follows, is_duty_roster=roster, valid_from=SINCE,
            recorded_at=clock.now(),
        )  # fmt: skip

    shifts: list[Shift] = []
    for body in (staff.bodies["centre"], *(staff.bodies[code] for code in ROUND_THE_CLOCK)):
        shifts += [
            shift(body, "白班", "Day shift", "1111111", 8, 20, follows=False, roster=True),
            shift(body, "夜班", "Night shift", "1111111", 20, 8, follows=False, roster=True),
        ]
    for body in staff.committees.values():
        shifts += [
            shift(body, "工作日班", "Working days", "1111100", 8, 18, follows=False, roster=False),
            shift(body, "周末值班", "Weekend duty", "0000011", 9, 17, follows=False, roster=False),
        ]
    Shift.objects.bulk_create(shifts, batch_size=200)


class Hiring:
    """Users, grants and posts gathered first and written at once."""

    def __init__(self, ground: Ground, staff: Staff, rng: random.Random) -> None:
        self.ground, self.staff = ground, staff
        words = table("people")
        pool = [f"{s}{g}" for s in words["surnames"] for g in words["given_names"]]
        rng.shuffle(pool)
        self.names = iter(pool)
        self.users: list[User] = []
        self.jobs: list[tuple[User, str, Body, str]] = []
        self.posts: list[tuple[User, Grid, str, Body]] = []
        self.password = "!" + "x" * 20

    def user(self, username: str, name: str = "", password: str = "") -> User:
        made = User(
            district=self.ground.district, username=username, name=name or next(self.names),
            password=password or self.password, recorded_at=clock.now(),
        )  # fmt: skip
        self.users.append(made)
        return made

    def hire(self, user: User, role: str, body: Body, scope: str = "") -> User:
        """A role for a body; ``scope`` like ``grid``, else worked out from the role when written."""
        self.jobs.append((user, role, body, scope))
        self.staff.by_role.setdefault((body.pk, str(role)), []).append(user)
        return user

    def write(self) -> None:
        User.objects.bulk_create(self.users, batch_size=200)
        district = self.ground.district
        Grant.objects.bulk_create(
            [
                Grant(
                    district=district, user=user, role=role, body=body, valid_from=SINCE, recorded_at=clock.now(),
                    scope=scope or default_scope(district, role, body),
                )
                for user, role, body, scope in self.jobs
            ], batch_size=500,
        )  # fmt: skip
        DutyPost.objects.bulk_create(
            [
                DutyPost(
                    district=district, grid=grid, user=user, kind=kind, body=body, valid_from=SINCE,
                    duty_phone=f"0000-88{int(grid.code[6:12]) % 10**6:06}", recorded_at=clock.now(),
                )
                for user, grid, kind, body in self.posts
            ], batch_size=500,
        )  # fmt: skip


def default_scope(district: District, role: str, body: Body) -> str:
    """Centre roles see the district, desks their body, community and subdistrict roles their area."""
    if role in (Role.DEPARTMENT, Role.HANDLER):
        return f"body:{body.pk}"
    return f"area:{body.division_id}" if body.division_id else f"district:{district.pk}"


def _grid_teams(hiring: Hiring) -> None:
    """A full-time grid worker a grid; a linked official a community, in each of its community grids' teams."""
    ground, staff = hiring.ground, hiring.staff
    linked = {
        index: hiring.hire(hiring.user(f"linked{index + 1:03}"), Role.LINKED_OFFICIAL, body)
        for index, body in staff.committees.items()
    }
    for index, (grown, grid) in enumerate(zip(ground.town.grids, ground.grids, strict=True)):
        body = staff.committees[grown.community]
        user = hiring.user(f"grid{index + 1:03}")
        hiring.hire(user, Role.GRID_WORKER, body, f"grid:{grid.pk}")
        hiring.posts.append((user, grid, DutyPost.Kind.FULL_TIME, body))
        staff.of_grid[grid.pk] = user
        if grown.kind is GridKind.COMMUNITY:
            hiring.posts.append((linked[grown.community], grid, DutyPost.Kind.LINKED, body))


def _desks(hiring: Hiring) -> None:
    """A desk and handlers for every body that works on cases."""
    staff = hiring.staff
    for code, body in staff.bodies.items():
        if body.kind in (Body.Kind.DISTRICT,):
            continue
        hiring.hire(hiring.user(f"desk-{code}"), Role.DEPARTMENT, body)
        for n in range(HANDLERS):
            hiring.hire(hiring.user(f"{code}{n + 1}"), Role.HANDLER, body)
    for bodies in (staff.offices.values(), staff.committees.values()):
        for body in bodies:
            hiring.hire(hiring.user(f"desk-{body.code}"), Role.DEPARTMENT, body)
            for n in range(2):
                hiring.hire(hiring.user(f"{body.code}-{n + 1}"), Role.HANDLER, body)
    for index, body in staff.committees.items():
        hiring.hire(hiring.user(f"secretary{index + 1:03}"), Role.COMMUNITY_SECRETARY, body)


def _centre(hiring: Hiring) -> None:
    centre = hiring.staff.bodies["centre"]
    for role, count in CENTRE_STAFF:
        for n in range(count):
            hiring.hire(hiring.user(f"{role.value.replace('_', '-')}{n + 1}"), role, centre)


def cast_places(ground: Ground, staff: Staff) -> Iterator[tuple[dict[str, str], Body | None, str]]:
    """Each of the cast with body and scope: Gao and Eva walk two grids of the first community."""
    first = [g for g, grown in zip(ground.grids, ground.town.grids, strict=True) if grown.community == 0]
    community, office = staff.committees[0], staff.offices[ground.town.communities[0].subdistrict]
    special = {
        "gao": (community, f"grid:{first[0].pk}"), "eva": (community, f"grid:{first[1].pk}"),
        "lin": (community, ""), "shu": (community, ""), "hui": (office, ""),
    }  # fmt: skip
    for row in rows("cast"):
        if row["key"] in ("ada", "finn"):
            continue
        body, scope = special.get(row["key"], (staff.bodies.get(row["body"]), ""))
        yield row, body, scope


def _cast(hiring: Hiring) -> None:
    """The cast signs in with one printed password; they also hold the posts of the grids they walk."""
    password = make_password(PASSWORD)
    for row, body, scope in cast_places(hiring.ground, hiring.staff):
        user = hiring.user(row["key"], row["name_zh"], password)
        hiring.staff.cast[row["key"]] = user
        if body is not None:
            hiring.hire(user, row["role"], body, scope)
        if scope.startswith("grid:") and body is not None:
            grid = next(g for g in hiring.ground.grids if scope == f"grid:{g.pk}")
            hiring.posts.append((user, grid, DutyPost.Kind.PART_TIME, body))


def put_people(ground: Ground, staff: Staff, rng: random.Random) -> None:
    """Everybody who works in the district, and the cast."""
    hiring = Hiring(ground, staff, rng)
    _cast(hiring)
    _centre(hiring)
    _desks(hiring)
    _grid_teams(hiring)
    hiring.write()


def put_neighbour(district: District) -> None:
    """Finn, of another district, who sees nothing here."""
    row = next(row for row in rows("cast") if row["key"] == "finn")
    body = _body(district, "centre", Body.Kind.DISTRICT, ("邻区示例网格中心", "Neighbour example centre"), None)
    _put([body])
    user = User.objects.create(
        district=district, username="finn", name=row["name_zh"], password=make_password(PASSWORD),
        recorded_at=clock.now(),
    )  # fmt: skip
    Grant.objects.create(
        district=district, user=user, role=row["role"], body=body, scope=f"district:{district.pk}", valid_from=SINCE,
        recorded_at=clock.now(),
    )  # fmt: skip

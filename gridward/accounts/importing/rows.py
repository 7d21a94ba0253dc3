"""Lines of a sheet as people with roles, each with what is wrong about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.core.scopes import ScopeKind, role_rules
from gridward.core.workflow.roles import Role
from gridward.work import collected

COLUMNS = {
    "username": ("username", "用户名"),
    "name": ("name", "姓名"),
    "body": ("body", "单位"),
    "role": ("role", "身份"),
    "area": ("area", "社区或街道"),
    "grids": ("grids", "网格"),
    "post": ("post", "岗位"),
}
NEEDED = ("username", "name", "body", "role")
USERNAME = re.compile(r"\A[a-z0-9][a-z0-9._-]{1,39}\Z")
SEPARATORS = re.compile(r"[\s,，、;；]+")
POSTS = {
    "专职": "full_time", "兼职": "part_time", "外包": "contract", "联点": "linked", "志愿": "volunteer",
    "楼栋长": "building_head",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line: a message and what it is about."""

    message: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.about}".strip()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line, understood as far as possible; ``scopes`` are keys, ``grid_ids`` those for posts."""

    line: int
    username: str
    name: str
    body: Body | None
    role: str
    scopes: tuple[str, ...] = ()
    grid_ids: tuple[int, ...] = ()
    post: str = ""
    problems: tuple[Problem, ...] = field(default=())


class Reader:
    """Names and codes of one district, each looked up once."""

    def __init__(self, district_id: int) -> None:
        self.district_id = district_id
        bodies = Body.objects.filter(district_id=district_id, valid_to__isnull=True)
        self.bodies = _unique((key, body) for body in bodies for key in {body.code, body.name_zh, body.name_en})
        areas = Division.objects.filter(district_id=district_id, is_in_use=True)
        self.areas = _unique((key, area) for area in areas for key in {area.code, area.name_zh, area.name_en})
        self.roles = {word: role for role in role_rules() for word in (role.value, role.zh, role.en)}
        self.can_find_grids = "accounts.find_grids" in collected.joins()

    def row(self, line: int, given: dict[str, str]) -> PersonRow:
        problems = [Problem(_("Missing:"), COLUMNS[name][1]) for name in NEEDED if not given[name]]
        username = given["username"].lower()
        if given["username"] and not USERNAME.fullmatch(username):
            problems.append(Problem(_("A username has 2 to 40 small letters, digits, dots or hyphens:"), username))
        body, role = self.bodies.get(given["body"]), self.roles.get(given["role"], "")
        if given["body"] and body is None:
            problems.append(Problem(_("There is no such body, or more than one:"), given["body"]))
        if given["role"] and not role:
            problems.append(Problem(_("There is no such role:"), given["role"]))
        scopes, grids = self._scopes(role, body, given, problems) if role and body else ((), ())
        post = POSTS.get(given["post"], given["post"])
        if post and post not in POSTS.values():
            problems.append(Problem(_("There is no such kind of post:"), given["post"]))
        return PersonRow(line, username, given["name"], body, role, scopes, grids, post, tuple(problems))

    def _scopes(
        self, role: str, body: Body, given: dict[str, str], problems: list[Problem]
    ) -> tuple[tuple[str, ...], tuple[int, ...]]:
        kinds = role_rules()[Role(role)].scopes
        if ScopeKind.GRID in kinds:
            ids = self._grid_ids(given["grids"], problems)
            return tuple(f"grid:{pk}" for pk in ids), ids
        if ScopeKind.AREA in kinds and (given["area"] or ScopeKind.DISTRICT not in kinds):
            area = self.areas.get(given["area"]) if given["area"] else body.division
            if area is None:
                problems.append(Problem(_("Which community or subdistrict? Not found:"), given["area"] or body.name_zh))
                return (), ()
            return (f"area:{area.pk}",), ()
        if ScopeKind.DISTRICT in kinds:
            return (f"district:{self.district_id}",), ()
        return (f"body:{body.pk}",), ()

    def _grid_ids(self, text: str, problems: list[Problem]) -> tuple[int, ...]:
        codes = [code for code in SEPARATORS.split(text) if code]
        if not codes or not self.can_find_grids:
            problems.append(Problem(_("This role needs the codes of its grids.")))
            return ()
        found: dict[str, int] = {}
        for find in collected.joins()["accounts.find_grids"]:
            found |= find(district_id=self.district_id, codes=codes)
        problems.extend(Problem(_("There is no such grid:"), code) for code in codes if code not in found)
        return tuple(found[code] for code in codes if code in found)


def _unique(pairs: Iterable[tuple[str, object]]) -> dict:  # type: ignore[type-arg]
    """By name; a name that two rows bear finds neither."""
    seen: dict[str, list[object]] = {}
    for key, row in pairs:
        seen.setdefault(key, []).append(row)
    return {key: rows[0] for key, rows in seen.items() if len(rows) == 1 and key}


def read_rows(district_id: int, table: list[dict[str, str]]) -> list[PersonRow]:
    """All lines of a sheet; the first line below the head is line 2."""
    reader = Reader(district_id)
    names = {word: column for column, words in COLUMNS.items() for word in words}
    rows = []
    for line, cells in enumerate(table, start=2):
        given = dict.fromkeys(COLUMNS, "") | {names[k]: v for k, v in cells.items() if k in names}
        rows.append(reader.row(line, given))
    return rows

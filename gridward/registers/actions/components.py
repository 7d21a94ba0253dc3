"""The one writer of components: registered, changed, found again by what they say now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from gridward.accounts.models import Body
from gridward.core.actor import Actor
from gridward.core.codes.component import faults_of, parse_component_id
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.gpkg.blob import unread_point
from gridward.gpkg.fulltext import put_words
from gridward.gpkg.many import insert_many, new_row
from gridward.gpkg.reserving import reserve_ids
from gridward.grids.queries import locate
from gridward.registers.models import Component, ComponentText
from gridward.registers.queries.classes import classes_in_use
from gridward.registers.queries.listing import kept
from gridward.registers.queries.rights import may_change_state, may_keep
from gridward.registers.queries.searching import words_of_components
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

CHANGEABLE = frozenset({"name", "place", "position", "owner", "maintainer", "state", "since"})
LONGEST = {"name": 60, "place": 120}


@dataclass(frozen=True, slots=True)
class NewComponent:
    """What is known of one. ``position`` is longitude and latitude, WGS 84; ``cell_id`` the cell that it lies in."""

    code: str
    position: tuple[float, float]
    name: str = ""
    place: str = ""
    owner: Body | None = None
    maintainer: Body | None = None
    state: str = Component.State.INTACT.value
    since: date | None = None
    cell_id: int | None = None


def require_keeper(by: Actor, district_id: int, at: datetime) -> None:
    """Raises RuleBroken ``registers.not_keeper``."""
    if not may_keep(by, district_id, at):
        raise RuleBroken("registers.not_keeper")


def put_components(*, district: District, rows: Sequence[NewComponent], batch_id: int | None = None) -> list[Component]:
    """Write rows that were checked, with the words they are found by, in the caller's transaction."""
    ids = reserve_ids(Component, len(rows)) if rows else []
    made = [_component(district, row, pk, batch_id) for row, pk in zip(rows, ids, strict=True)]
    insert_many(made)
    put_words(ComponentText, words_of_components(made))
    return made


def _component(district: District, row: NewComponent, pk: int, batch_id: int | None) -> Component:
    component = new_row(
        Component, id=pk, district_id=district.pk, code=row.code, class_code=row.code[6:11],
        name=row.name[: LONGEST["name"]], place=row.place[: LONGEST["place"]], position=unread_point(*row.position),
        cell_id=row.cell_id, owner_id=row.owner.pk if row.owner else None,
        maintainer_id=row.maintainer.pk if row.maintainer else None, state=row.state, since=row.since,
        batch_id=batch_id, recorded_at=clock.now(),
    )  # fmt: skip
    component.district = district
    return component


@transaction.atomic
def register_component(*, district: District, row: NewComponent, by: Actor, at: datetime) -> Component:
    """Take one more into the register.

    Raises RuleBroken ``registers.not_keeper``, ``registers.code_taken``, ``registers.outside_district``,
    ``case.choice_unknown`` for a body of another district, and what is wrong with the code.
    """
    require_keeper(by, district.pk, at)
    lock(District, district.pk)
    check_code(district, row.code)
    _check_bodies(district, (row.owner, row.maintainer))
    cell_id = _cell_at(district, row.position, at)
    made = put_components(district=district, rows=[_normal(row, cell_id)])[0]
    body = {"code": made.code, "class": made.class_code, "state": made.state}
    leave_entry(district_id=district.pk, subject=subject_key(made), verb="registers.register_component", by=by, at=at,
                body=body)  # fmt: skip
    return made


def _normal(row: NewComponent, cell_id: int | None) -> NewComponent:
    return NewComponent(
        str(parse_component_id(row.code)), row.position, row.name, row.place, row.owner, row.maintainer, row.state,
        row.since, cell_id,
    )  # fmt: skip


def check_code(district: District, text: str) -> None:
    """Raises the first thing that is wrong with a new code."""
    faults = faults_of(text, district=district.code6, classes=classes_in_use(district))
    if faults:
        raise faults[0]
    code = str(parse_component_id(text))
    if kept(district).filter(code=code).exists():
        raise RuleBroken("registers.code_taken", code=code)


def _check_bodies(district: District, bodies: Iterable[Body | None]) -> None:
    if any(body is not None and (body.district_id != district.pk or body.valid_to) for body in bodies):
        raise RuleBroken("case.choice_unknown")


def _cell_at(district: District, position: tuple[float, float], at: datetime) -> int | None:
    located = locate(district, *position, day=local_day(district, at))
    if located.is_outside:
        raise outside(district)
    return located.cell_id


def outside(district: District) -> RuleBroken:
    """The refusal of a point that lies in no part of the district."""
    return RuleBroken("registers.outside_district", district_zh=district.name_zh, district_en=district.name_en)


@transaction.atomic
def change_component(*, component: Component, changes: Mapping[str, Any], by: Actor, at: datetime) -> Component:
    """Change what is known of one, all at once; the same again changes nothing. Its code never changes.

    The department that owns or maintains it may say its state; everything else is the keepers'.

    Raises RuleBroken ``registers.not_keeper``, ``registers.outside_district``, ``case.choice_unknown``.
    """
    row = lock(Component, component.pk)
    row.district = component.district
    _check_right(row, set(changes), by, at)
    if not set(changes) <= CHANGEABLE or changes.get("state", row.state) not in Component.State.values:
        raise RuleBroken("case.choice_unknown")
    _check_bodies(row.district, (changes.get("owner"), changes.get("maintainer")))
    changed = {name: value for name, value in changes.items() if _as_said(value) != _as_said(getattr(row, name))}
    if not changed or row.retired_at:
        return row
    said = {name: [_as_said(getattr(row, name)), _as_said(value)] for name, value in changed.items()}
    _apply(row, changed, at)
    put_words(ComponentText, words_of_components([row]))
    leave_entry(district_id=row.district_id, subject=subject_key(row), verb="registers.change_component", by=by, at=at,
                body=said)  # fmt: skip
    return row


def _check_right(row: Component, names: set[str], by: Actor, at: datetime) -> None:
    if names == {"state"} and may_change_state(by, row, at):
        return
    require_keeper(by, row.district_id, at)


def _apply(row: Component, changed: Mapping[str, Any], at: datetime) -> None:
    for name, value in changed.items():
        if name == "position":
            row.cell_id = _cell_at(row.district, value, at)
        setattr(row, name, Point(*value, srid=4326) if name == "position" else value)
    row.changed_at = clock.now()
    row.save(update_fields=[*changed, "cell", "changed_at"])


def _as_said(value: Any) -> Any:
    """As an audit entry keeps it: bodies by their code, places as text with seven decimals."""
    if isinstance(value, Body):
        return value.code
    if isinstance(value, Point):
        value = value.coords
    if isinstance(value, tuple):
        return ",".join(f"{part:.7f}" for part in value)
    return value.isoformat() if isinstance(value, date) else value

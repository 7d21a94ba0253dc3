"""The told stories of the month: each a legal walk that leaves the rows of a real case."""

import random
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from gridward.cases.actions.bulk import CaseBatch
from gridward.cases.actions.contacts import new_token
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.reporting import Report
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.parse import load
from gridward.core.workflow.roles import Role
from gridward.demo.actions.month import Month
from gridward.demo.content import table
from gridward.demo.month.fates import Fate
from gridward.demo.month.words import Words
from gridward.districts.queries import zone_of

AGAIN = (-24, -17, -9)


def _moment(month: Month, today: date, step: dict[str, Any]) -> datetime:
    hour, minute = (int(part) for part in step["at"].split(":"))
    day = today + timedelta(days=step["day"])
    return datetime.combine(day, time(hour, minute), zone_of(month.book.district))


def _given(fate: Fate, step: dict[str, Any], today: date, bodies: list[Any]) -> dict[str, Any]:
    """The fields that the move asks for, filled from the story's words."""
    desk, words = fate.desk, step["words"]
    move = load(desk.case.table).move(step["move"])
    text = words or "按规定办理"
    values: dict[str, Any] = {
        "category": desk.case.category_id, "filing_condition": _standard(desk).pk,
        "duplicates_checked": True, "closing_condition": True, "until": today + timedelta(days=21),
        "after_photo": ["drawn"], "before_note": text, "solved": True, "satisfied": 5,
        "review_on": today + timedelta(days=60), "reply_by": today + timedelta(days=2), "supervision_kind": "leader",
    }  # fmt: skip
    if move.code in ("dispatch", "redispatch", "designate"):
        values["body"] = bodies[min(desk.case.return_count, len(bodies) - 1)].pk
    if desk.case.body_id:
        values["handler"] = fate.staff.by_role[desk.case.body_id, Role.HANDLER][0].pk
    codes = (
        *move.needs,
        *move.needs_if_asked,
        *(code for code in move.may if code in ("words", "solved", "satisfied")),
    )
    return {code: values.get(code, text) for code in codes if code in values or words or code in move.needs}


def _standard(desk: CaseDesk) -> Any:
    """The first standard that asks to make safe first, else the first."""
    standards = desk.book.standards_of(desk.case.category_id)
    return next((row for row in standards if row.make_safe_value), standards[0])


def _actor(fate: Fate, step: dict[str, Any]) -> Actor:
    role, case = step["role"], fate.desk.case
    body = case.body
    if role == Role.RESIDENT:
        return fate.resident()
    if role == Role.DEPARTMENT and body:
        return fate.of(body, Role.DEPARTMENT)
    if role == Role.HANDLER and body:
        return Actor(case.handler_id, Role.HANDLER, body.pk, case.district_id)
    if role in (Role.GRID_WORKER, Role.COMMUNITY_SECRETARY):
        return fate.grid_worker()
    if step["move"] == "close":
        return fate.closer()
    if role == Role.DISTRICT_DIRECTOR:
        return Actor(fate.staff.cast["wen"].pk, role, fate.staff.bodies["centre"].pk, case.district_id)
    if role == Role.WINDOW_CLERK:
        return fate.of(fate.staff.committees[fate.spot.community], Role.COMMUNITY_SECRETARY)
    return fate.centre(role)


def _tell(
    month: Month, batch: CaseBatch, story: dict[str, Any], today: date, rng: random.Random, until: datetime
) -> CaseDesk | None:
    first, *rest = story["steps"]
    at = _moment(month, today, first)
    if at >= until:
        return None
    spot = month.places.at(rng.randrange(len(month.places.buildings)), rng)
    category = month.categories[story["category"]["scheme"], story["category"]["kind"], story["category"]["code"]]
    report = Report(
        client_uuid=uuid.UUID(int=rng.getrandbits(128), version=4), channel=story["channel"], category_id=category.pk,
        description=first["words"], place=story["place"], position=(spot.lon, spot.lat), token=new_token(),
    )  # fmt: skip
    role = first["role"] if first["role"] != Role.WINDOW_CLERK else Role.COMMUNITY_SECRETARY
    centre = month.staff.bodies["centre"]
    teller = Actor(None, Role.RESIDENT, None, month.book.district.pk)
    if role != Role.RESIDENT:
        users = month.staff.by_role.get((centre.pk, role)) or list(month.staff.of_grid.values())
        teller = Actor(users[0].pk, role, centre.pk, month.book.district.pk)
    desk = batch.report(report, by=teller, at=at)
    fate = Fate(desk, spot, Words(rng, False), month.staff, rng)
    bodies = [month.staff.offices[spot.subdistrict], fate.right, month.staff.bodies["shizheng"]]
    if not any(step["move"] == "return_task" for step in rest):
        bodies = [fate.right]
    for step in rest:
        at = _moment(month, today, step)
        if at >= until:
            break
        try:
            batch.move(desk, step["move"], _given(fate, step, today, bodies), by=_actor(fate, step), at=at)
        except RuleBroken as refused:
            if refused.code != "case.nothing_to_make_safe":
                raise
    month.drawings.hang(desk, rng)
    return desk


def _earlier(story: dict[str, Any], shift: int) -> dict[str, Any]:
    """The same trouble, mended some days before."""
    steps = [{**step, "day": step["day"] + shift + 1} for step in story["steps"]]
    steps[0]["words"] = "柳荫路口的污水井盖又坏了，车一压就响"
    return {
        **story,
        "steps": [
            {**step, "words": "井盖已垫平复位，过车不响" if step["move"] == "close" else step["words"]}
            for step in steps
        ],
    }


@transaction.atomic
def tell_stories(month: Month, today: date, until: datetime) -> int:
    """Write every story, and the cover's three earlier breaks; answer how many cases there are of them."""
    rng = random.Random(f"stories {month.seed}")
    stories = list(table("stories")["story"])
    stories += [_earlier(stories[0], shift) for shift in AGAIN]
    batch = CaseBatch(month.book, len(stories), rng)
    told = [_tell(month, batch, story, today, rng, until) for story in stories]
    batch.write()
    month.drawings.count()
    return sum(desk is not None for desk in told)

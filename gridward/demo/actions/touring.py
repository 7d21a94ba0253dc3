"""What the guided tour prepares: a case that waits for dispatch, taken in and filed by the real actions."""

import uuid
from datetime import datetime
from typing import Any

from gridward.accounts.models import Grant
from gridward.cases.actions.contacts import new_token
from gridward.cases.actions.moving import move_case
from gridward.cases.actions.reporting import Report, report_case
from gridward.cases.models import Case, Category
from gridward.cases.queries.choices import standards_of
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.work import clock

WORDS = "路口垃圾桶满出来了，袋子堆到了盲道上"
PLACE = "长柳大道与柳荫路口"
CATEGORY = {"scheme": "gbt47678.5", "kind": "event", "code": "06042"}  # 垃圾站（箱）满溢
Position = tuple[float, float]


def case_to_dispatch(district: District, *, since: datetime, place: Position | None) -> Case:
    """The visitor's own report since the tour began, else one that waits, else a new one told for this."""
    own = Case.objects.filter(district=district, channel="online", state="reported", reported_at__gte=since)
    told = own.order_by("-reported_at").first()
    waiting = Case.objects.filter(district=district, state="pending_dispatch", complained_body__isnull=True)
    if told and _take_in(told):
        return told
    return waiting.order_by("-reported_at").first() or _told_for_this(district, place)


def _take_in(case: Case) -> bool:
    """Accepted and filed by Cleo; a report that the rules hold back is left as it is."""
    cleo = Grant.objects.get(district=case.district, user__username="cleo")
    by = Actor(cleo.user_id, Role.ACCEPTOR, cleo.body_id, case.district_id)
    standard = standards_of(case, clock.now()).first()
    given: dict[str, Any] = {"category": case.category_id, "duplicates_checked": True,
                             "filing_condition": standard.pk if standard else None}  # fmt: skip
    try:
        for move in ("accept", "file"):
            move_case(case=case, move=move, given=given, by=by, at=clock.now())
    except RuleBroken:
        return False
    return True


def _told_for_this(district: District, place: Position | None) -> Case:
    """A resident's report of a bin that runs over, taken in."""
    category = Category.objects.get(district=district, **CATEGORY)
    report = Report(
        client_uuid=uuid.uuid4(), channel="online", category_id=category.pk, description=WORDS, place=PLACE,
        position=place, token=new_token(),
    )  # fmt: skip
    by = Actor(None, Role.RESIDENT, None, district.pk)
    case = report_case(district=district, report=report, by=by, at=clock.now())
    _take_in(case)
    return case

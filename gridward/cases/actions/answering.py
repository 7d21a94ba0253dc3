"""The reporter's side of a case that is worked on: reminding, and being told by the way that was asked for."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from gridward.cases.actions.contacts import READERS
from gridward.cases.actions.moving import move_case
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case, CaseStep, Contact
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.districts.queries import local_day
from gridward.work import clock
from gridward.work.locks import lock

SPOKEN_TO = (Contact.Answer.PHONE, Contact.Answer.COUNTER)
ENDS_WITH_REPLY = frozenset({"close", "close_unresolved", "force_close"})


@transaction.atomic
def remind_case(*, case: Case, by: Actor, at: datetime, action_uuid: uuid.UUID | None = None) -> Case:
    """A resident reminds, at most once a day of the district."""
    case = lock(Case, case.pk)
    if action_uuid and CaseStep.objects.filter(case=case, action_uuid=action_uuid).exists():
        return case
    reminders = CaseStep.objects.filter(
        case=case, verb="cases.remind", role=Role.RESIDENT, recorded_at__gt=at - timedelta(days=1)
    ).values_list("recorded_at", flat=True)
    if any(local_day(case.district, moment) == local_day(case.district, at) for moment in reminders):
        raise RuleBroken("case.reminded_today")
    return move_case(case=case, move="remind", given={}, by=by, at=at, action_uuid=action_uuid)


def still_to_tell(case: Case) -> QuerySet[Contact]:
    """Contacts that wished to be told by phone or at the counter and have not been, since the result came."""
    since = case.feedback_at or case.reported_at
    rows = Contact.objects.filter(case=case, answer_by__in=SPOKEN_TO, purged_at__isnull=True)
    return rows.filter(Q(answered_at__isnull=True) | Q(answered_at__lt=since)).order_by("pk")


def check_reply_given(case: Case, move: str) -> None:
    """Refuse to end a case before everybody was told by the way they asked for (``case.reply_not_given``)."""
    if move not in ENDS_WITH_REPLY:
        return
    waiting = still_to_tell(case).count()
    if waiting:
        raise RuleBroken("case.reply_not_given", waiting=waiting)


@transaction.atomic
def tell_reporter(*, case: Case, contact_uids: Collection[uuid.UUID], by: Actor, at: datetime) -> Case:
    """Somebody was told by phone or at the counter; who it was stays sealed, the step counts them."""
    if by.role not in READERS:
        raise RuleBroken("contact.not_for_your_role")
    desk = take_up(case.pk)
    told = still_to_tell(desk.case).filter(uid__in=contact_uids).update(answered_at=at)
    if not told:
        return desk.case
    state = desk.case.state
    desk.add_step(move="tell_reporter", state_from=state, by=by, at=at, recorded_at=clock.now(), body={"count": told})
    return put_down(desk)

"""Who asked to be told by phone or at the counter is told before the case is closed."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from gridward.cases.actions.contacts import READERS
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case, Contact
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.work import clock

SPOKEN_TO = (Contact.Answer.PHONE, Contact.Answer.COUNTER)
# Special approval is the way out where somebody cannot be reached: the duty chief writes why.
ENDS_WITH_REPLY = frozenset({"close", "close_unresolved"})


def still_to_tell(case: Case) -> QuerySet[Contact]:
    """Contacts of the case and of those joined to it that wished to be told so and have not been, since the result."""
    since = case.feedback_at or case.reported_at
    rows = Contact.objects.filter(Q(case=case) | Q(case__merged_into=case), answer_by__in=SPOKEN_TO)
    rows = rows.filter(Q(answered_at__isnull=True) | Q(answered_at__lt=since), purged_at__isnull=True)
    return rows.order_by("pk")


def check_reply_given(case: Case, move: str) -> None:
    """Refuse to end a case before everybody was told by the way they asked for (``case.reply_not_given``)."""
    waiting = still_to_tell(case).count() if move in ENDS_WITH_REPLY else 0
    if waiting:
        raise RuleBroken("case.reply_not_given", waiting=waiting)


@transaction.atomic
def tell_reporter(*, case: Case, contact_uids: Collection[uuid.UUID], by: Actor, at: datetime) -> Case:
    """Somebody was told by phone or at the counter; who it was stays sealed, the step counts them. Twice is once."""
    if by.role not in READERS:
        raise RuleBroken("contact.not_for_your_role")
    desk = take_up(case.pk)
    told = still_to_tell(desk.case).filter(uid__in=contact_uids)
    count = Contact.objects.filter(pk__in=list(told.values_list("pk", flat=True))).update(answered_at=at)
    if not count:
        return desk.case
    state = desk.case.state
    desk.add_step(move="tell_reporter", state_from=state, by=by, at=at, recorded_at=clock.now(), body={"count": count})
    return put_down(desk)

"""Who asked to be told by phone or at the counter is told before the case is closed, or tried to be often enough."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from gridward.cases.actions.contacts import READERS
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case, Contact, TellingAttempt
from gridward.cases.queries.joined import with_joined
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.feedback.reaching import is_unreached
from gridward.districts.queries import zone_of
from gridward.work import clock

SPOKEN_TO = (Contact.Answer.PHONE, Contact.Answer.COUNTER)
# Special approval is the way out where somebody cannot be reached: the duty chief writes why.
ENDS_WITH_REPLY = frozenset({"close", "close_unresolved"})
Channel = TellingAttempt.Channel


def spoken_to(case: Case) -> QuerySet[Contact]:
    """Contacts of the case and of those joined to it that wish to be told by phone or at the counter."""
    rows = Contact.objects.filter(case__in=with_joined(case), answer_by__in=SPOKEN_TO)
    return rows.filter(purged_at__isnull=True).order_by("pk")


def result_since(case: Case) -> datetime:
    """Since when there is this result to tell."""
    return case.feedback_at or case.reported_at


def _not_since(column: str, since: datetime) -> Q:
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lt": since})


def still_to_tell(case: Case) -> QuerySet[Contact]:
    """Of them those that, since the result, neither have been told nor tried to be often enough."""
    since = result_since(case)
    return spoken_to(case).filter(_not_since("answered_at", since), _not_since("unreached_at", since))


def not_reached(case: Case) -> QuerySet[Contact]:
    """未能联系: of them those that could not be told of this result."""
    since = result_since(case)
    return spoken_to(case).filter(_not_since("answered_at", since), unreached_at__gte=since)


def check_reply_given(case: Case, move: str) -> None:
    """Refuse to end a case before everybody was told by the way they asked for (``case.reply_not_given``)."""
    waiting = still_to_tell(case).count() if move in ENDS_WITH_REPLY else 0
    if waiting:
        raise RuleBroken("case.reply_not_given", waiting=waiting)


@transaction.atomic
def tell_reporter(
    *, case: Case, contact_uids: Collection[uuid.UUID], by: Actor, at: datetime, channel: str = Channel.PHONE
) -> Case:
    """Somebody was told by phone or at the counter; who it was stays sealed, the step counts them. Twice is once.

    Also who could not be reached before may be told after all.
    """
    desk = _for_reader(case, by)
    waiting = still_to_tell(desk.case) | not_reached(desk.case)
    told = list(waiting.filter(uid__in=contact_uids))
    if not told:
        return desk.case
    Contact.objects.filter(pk__in=[row.pk for row in told]).update(answered_at=at, unreached_at=None)
    _log(desk.case, told, channel, by=by, at=at, was_reached=True)
    return _left(desk, "tell_reporter", {"count": len(told), "channel": channel}, by=by, at=at)


@transaction.atomic
def note_attempt(*, case: Case, contact_uids: Collection[uuid.UUID], channel: str, by: Actor, at: datetime) -> Case:
    """Somebody was not reached. Attempts of one half of a day count once; after three the person counts as not
    reached, and the case may be ended.
    """
    desk = _for_reader(case, by)
    tried = list(still_to_tell(desk.case).filter(uid__in=contact_uids))
    if not tried:
        return desk.case
    _log(desk.case, tried, channel, by=by, at=at, was_reached=False)
    given_up = [row.pk for row in tried if _is_given_up(desk.case, row)]
    Contact.objects.filter(pk__in=given_up).update(unreached_at=at)
    said = {"count": len(tried), "channel": channel, "unreached": len(given_up)}
    return _left(desk, "try_to_tell", said, by=by, at=at)


def attempts_since_result(case: Case) -> QuerySet[TellingAttempt]:
    """What was tried for this result, the oldest first."""
    rows = TellingAttempt.objects.filter(case__in=with_joined(case), at__gte=result_since(case))
    return rows.order_by("at", "pk")


def attempts_between(case: Case, since: datetime, until: datetime) -> QuerySet[TellingAttempt]:
    """What was tried in a time, both ends counted."""
    return TellingAttempt.objects.filter(case__in=with_joined(case), at__gte=since, at__lte=until)


def _is_given_up(case: Case, contact: Contact) -> bool:
    tried = attempts_since_result(case).filter(contact=contact, was_reached=False)
    return is_unreached(tried.values_list("at", flat=True), zone_of(case.district))


def _for_reader(case: Case, by: Actor) -> CaseDesk:
    if by.role not in READERS:
        raise RuleBroken("contact.not_for_your_role")
    return take_up(case.pk)


def _log(case: Case, contacts: Iterable[Contact], channel: str, *, by: Actor, at: datetime, was_reached: bool) -> None:
    TellingAttempt.objects.bulk_create(
        TellingAttempt(
            district_id=case.district_id, case_id=contact.case_id, contact=contact, channel=Channel(channel),
            was_reached=was_reached, by_id=by.user_id, at=at,
        )
        for contact in contacts
    )  # fmt: skip


def _left(desk: CaseDesk, verb: str, said: dict[str, object], *, by: Actor, at: datetime) -> Case:
    state = desk.case.state
    desk.add_step(move=verb, state_from=state, by=by, at=at, recorded_at=clock.now(), body=said)
    return put_down(desk)

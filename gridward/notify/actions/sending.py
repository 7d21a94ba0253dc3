"""The states of a message while it is being sent; the sending itself is done outside any transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from gridward.audit.actions import record_read
from gridward.core.actor import Actor
from gridward.core.workflow.roles import Role
from gridward.notify.models import Message, MessageAddress, SmsCount
from gridward.vault.sealing import blind_index, open_sealed
from gridward.work import collected
from gridward.work.actions.deliveries import MOST_TRIES
from gridward.work.locks import lock_all

State = Message.State
IN_HAND = timedelta(minutes=2)
COUNTS_KEPT = timedelta(days=2)
PURPOSE = "send_message"


class Reached(Exception):  # noqa: N818 - reads as a sentence
    """A limit of the day."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Where a message goes, in clear for the length of one sending, with values that are never stored."""

    address: str
    variables: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def take_messages(*, message: Message, at: datetime) -> list[Message]:
    """This message, and with one that waited for a shift all others that waited for the same person: one digest.

    Nothing when it was sent already or another process has it in hand.
    """
    free = Q(taken_until__isnull=True) | Q(taken_until__lte=at)
    mine = Message.objects.filter(free, state=State.WAITING, channel=message.channel)
    if message.user_id is not None and not message.is_urgent and message.due_at > message.recorded_at:
        mine = mine.filter(
            district_id=message.district_id, user_id=message.user_id, is_urgent=False, due_at__lte=at,
            due_at__gt=F("recorded_at"),
        )  # fmt: skip
    else:
        mine = mine.filter(pk=message.pk)
    rows = lock_all(Message, mine.values_list("pk", flat=True))
    rows = [row for row in rows if row.state == State.WAITING and (row.taken_until is None or row.taken_until <= at)]
    if message.pk not in {row.pk for row in rows}:
        return []
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(taken_until=at + IN_HAND)
    return rows


def open_address(*, message: Message, at: datetime) -> Opened | None:
    """Where it goes, opened by the system with a row in the reads; nothing when there is no address any more."""
    if message.user_id is None:
        ask = collected.joins().get(f"notify.open:{message.recipient.partition(':')[0]}", ())
        return next((found for each in ask if (found := each(message=message, at=at))), None)
    row = MessageAddress.objects.filter(user_id=message.user_id, channel=message.channel).first()
    if row is None:
        return None
    record_read(
        district_id=message.district_id, by=Actor(None, Role.SYSTEM, None, message.district_id), purpose=PURPOSE,
        thing=f"notify.Message:{message.pk}", persons=[message.recipient], at=at,
    )  # fmt: skip
    return Opened(open_sealed(row.address, table=row._meta.label, column="address", uid=row.uid))


def settle(*, messages: Iterable[Message], at: datetime, external_id: str) -> int:
    """They were taken by the gateway or the mail server."""
    return Message.objects.filter(pk__in=[row.pk for row in messages]).update(
        state=State.SENT, sent_at=at, external_id=external_id, error="", taken_until=None, attempts=F("attempts") + 1
    )


def give_up(*, messages: Iterable[Message], state: str) -> int:
    """They are not sent, and not tried again by themselves."""
    return Message.objects.filter(pk__in=[row.pk for row in messages]).update(state=state, error="", taken_until=None)


def note_failure(*, messages: list[Message], error: str) -> bool:
    """One try failed; answers whether it was the last."""
    is_last = messages[0].attempts + 1 >= MOST_TRIES
    Message.objects.filter(pk__in=[row.pk for row in messages]).update(
        attempts=F("attempts") + 1,
        error=error[:200],
        taken_until=None,
        state=State.FAILED if is_last else State.WAITING,
    )
    return is_last


def count_sms(*, district_id: int, phone: str, day: date, cap: int, cap_per_phone: int) -> bool:
    """Count one SMS against the limits of the day; false, and nothing counted, when one of them is reached."""
    index = blind_index(phone, field="sms", district_id=district_id)
    try:
        with transaction.atomic():
            for key, most in ((b"", cap), (index, cap_per_phone)):
                _count(district_id, day, key, most)
    except Reached:
        return False
    return True


def _count(district_id: int, day: date, key: bytes, most: int) -> None:
    SmsCount.objects.get_or_create(district_id=district_id, day=day, phone_index=key)
    row = SmsCount.objects.filter(district_id=district_id, day=day, phone_index=key, count__lt=most)
    if not row.update(count=F("count") + 1):
        raise Reached


def uncount_sms(*, district_id: int, phone: str, day: date) -> None:
    """It was not taken after all."""
    index = blind_index(phone, field="sms", district_id=district_id)
    rows = SmsCount.objects.filter(district_id=district_id, day=day, phone_index__in=(b"", index), count__gt=0)
    rows.update(count=F("count") - 1)


def note_receipt(*, district_id: int, external_id: str, is_delivered: bool, at: datetime) -> int:
    """The gateway says what became of a message; said twice, the first counts."""
    rows = Message.objects.filter(
        district_id=district_id, external_id=external_id, channel=Message.Channel.SMS, receipt_at__isnull=True,
        state=State.SENT,
    )  # fmt: skip
    state = State.DELIVERED if is_delivered else State.UNDELIVERED
    return rows.update(state=state, receipt_at=at)


def forget_counts(*, at: datetime, most: int = 500) -> int:
    """Delete counts of days gone by."""
    old = SmsCount.objects.filter(day__lt=(at - COUNTS_KEPT).date()).order_by("pk")
    return SmsCount.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]

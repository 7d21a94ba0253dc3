"""Messages come about, are read, and are sent again. What goes outside is sent by the jobs process."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction

from gridward.accounts.models import User
from gridward.accounts.queries import grants_of
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.notify.channels import configured
from gridward.notify.models import Message
from gridward.notify.queries.kinds import Kind, check_variables, kinds
from gridward.notify.queries.log import SENT_AGAIN
from gridward.notify.queries.wishes import next_duty, on_roster, wishes_of
from gridward.work import clock
from gridward.work.actions import deliver_again, deliver_rows, leave_entry, subject_key
from gridward.work.locks import lock

Channel, State = Message.Channel, Message.State
KEPT = timedelta(days=180)


def kind_of(code: str, variables: Mapping[str, Any]) -> tuple[Kind, dict[str, Any]]:
    """The kind and the values that fill its sentence. Raises RuleBroken ``notify.variables_wrong``."""
    kind = kinds()[code]
    return kind, check_variables(kind, variables)


def send_message(
    *, district_id: int, kind: str, users: Collection[int], variables: Mapping[str, Any], subject: str = "",
    url: str = "", is_urgent: bool = False, roster_kind: str = "", never_body_id: int | None = None,
    origin: int | None, at: datetime,
) -> list[Message]:  # fmt: skip
    """Tell members of staff: in the app at once, by SMS and e-mail where they wish it.

    What is not urgent waits outside the app for the start of a person's shift. What is urgent goes out at once, and
    where nobody of them is on duty also, as ``roster_kind``, to who holds the duty roster. People who serve
    ``never_body_id`` or a body below it are never told: a complaint is not told to its subject. The same ``origin``
    (a delivery's id) again tells nobody twice.
    """
    people = [user for user in _reachable(district_id, users) if not _serves(user, never_body_id, at)]
    starts = cache(lambda user: next_duty(user, at))
    told = {"district_id": district_id, "subject": subject, "url": url, "is_urgent": is_urgent, "origin": origin,
            "recorded_at": at}  # fmt: skip
    made = _drawn(kind, variables, people, starts, told)
    if roster_kind and is_urgent and not any(starts(user) <= at for user in people):
        called = _reachable(district_id, on_roster(district_id, at) - {user.pk for user in people})
        called = [user for user in called if not _serves(user, never_body_id, at)]
        said = {name: variables[name] for name in kinds()[roster_kind].variables}
        made += _drawn(roster_kind, said, called, starts, told)
    return _write(made)


def _drawn(
    kind: str,
    variables: Mapping[str, Any],
    people: list[User],
    starts: Callable[[User], datetime],
    told: dict[str, Any],
) -> list[Message]:
    """One unsaved message for each person and channel; shifts are asked only for what may wait."""
    _, values = kind_of(kind, variables)
    wished, at = wishes_of([user.pk for user in people], kind), told["recorded_at"]
    return [
        Message(
            user=user, recipient=subject_key(user), kind=kind, variables=values, channel=channel,
            due_at=at if told["is_urgent"] or channel == Channel.APP else starts(user),
            **({"state": State.SENT, "sent_at": at} if channel == Channel.APP else {}), **told,
        )
        for user in people
        for channel in (Channel.APP, *(c for c in configured() if (user.pk, kind, c) in wished))
    ]  # fmt: skip


def _reachable(district_id: int, users: Collection[int]) -> list[User]:
    rows = User.objects.filter(district_id=district_id, pk__in=users, is_active=True)
    return list(rows.select_related("district").order_by("pk"))


def _serves(user: User, body_id: int | None, at: datetime) -> bool:
    """Whether a person serves a body or one below it, in any role."""
    if body_id is None or user.district is None:
        return False
    return any(f"/{body_id}/" in grant.body.path for grant in grants_of(user, local_day(user.district, at)))


def send_outside(
    *, district_id: int, kind: str, recipient: str, channel: str, variables: Mapping[str, Any], subject: str = "",
    origin: int | None, at: datetime,
) -> list[Message]:  # fmt: skip
    """Tell somebody who has no account, by SMS or e-mail; ``recipient`` is a text key whose app knows the address.

    Nothing is written where the channel is not configured.
    """
    _, values = kind_of(kind, variables)
    if channel not in configured():
        return []
    row = Message(
        district_id=district_id, recipient=recipient, kind=kind, variables=values, subject=subject, channel=channel,
        origin=origin, recorded_at=at, due_at=at,
    )  # fmt: skip
    return _write([row])


@transaction.atomic
def _write(made: Sequence[Message]) -> list[Message]:
    """Save what was not told before by the same origin, with the deliveries of what goes outside."""
    if not made:
        return []
    origins = {row.origin for row in made} - {None}
    keys = ("origin", "recipient", "channel", "kind")
    known = set(
        Message.objects.filter(district_id=made[0].district_id, origin__in=origins).values_list(*keys)
        if origins else ()
    )  # fmt: skip
    new = [row for row in made if tuple(getattr(row, key) for key in keys) not in known]
    Message.objects.bulk_create(new)
    deliver_rows([row for row in new if row.channel != Channel.APP])
    return new


def read_message(*, message: Message, at: datetime) -> Message:
    """It was opened; twice is once."""
    Message.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=at)
    return message


def read_all_messages(*, user_id: int, until: int, at: datetime) -> int:
    """All that the person saw are read: up to the newest one of the page, so that what came since stays."""
    rows = Message.objects.filter(user_id=user_id, channel=Channel.APP, read_at__isnull=True, pk__lte=until)
    return rows.update(read_at=at)


@transaction.atomic
def resend_message(*, message: Message, by: Actor, at: datetime) -> Message:
    """An operator sends an outgoing message once more. Raises RuleBroken ``notify.not_to_resend`` while it waits."""
    row = lock(Message, message.pk)
    if row.channel == Channel.APP or row.state not in SENT_AGAIN:
        raise RuleBroken("notify.not_to_resend")
    row.state, row.turn, row.attempts, row.error, row.due_at = State.WAITING, row.turn + 1, 0, "", clock.now()
    row.external_id, row.taken_until, row.receipt_at = "", None, None
    row.save()
    deliver_again(row, at=row.due_at)
    _tell(row, "notify.resend_message", by, at)
    return row


def send_trial(*, user: User, channel: str, by: Actor, at: datetime) -> Message:
    """A trial message to the operator's own saved address. Raises RuleBroken ``notify.not_configured``."""
    if channel not in configured():
        raise RuleBroken("notify.not_configured")
    row = Message(
        district_id=user.district_id, user=user, recipient=subject_key(user), kind="notify.trial",
        variables={"number": at.astimezone().strftime("%m%d%H%M%S")}, channel=channel, is_urgent=True, recorded_at=at,
        due_at=at,
    )  # fmt: skip
    with transaction.atomic():
        _write([row])
        _tell(row, "notify.send_trial", by, at)
    return row


def _tell(row: Message, verb: str, by: Actor, at: datetime) -> None:
    said = {"channel": row.channel, "kind": row.kind, "turn": row.turn}
    leave_entry(district_id=row.district_id, subject=subject_key(row), verb=verb, by=by, at=at, body=said)


def forget_messages(*, at: datetime, most: int = 500) -> int:
    """Delete messages after half a year: what they told of has a lasting record of its own."""
    old = Message.objects.filter(recorded_at__lt=at - KEPT).order_by("pk")
    return Message.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]

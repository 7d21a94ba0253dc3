"""A person's own wishes: which kinds also by SMS or e-mail, and where to."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from gridward.accounts.models import User
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.notify.models import Message, MessageAddress, MessageWish
from gridward.notify.queries.kinds import kinds
from gridward.notify.queries.wishes import OUTSIDE
from gridward.vault.phones import normalise_phone
from gridward.vault.sealing import seal
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

TABLE = MessageAddress._meta.label
MOBILE_DIGITS = 11


def clean_address(channel: str, text: str) -> str:
    """One spelling of a mobile number or an e-mail address. Raises RuleBroken ``notify.address_wrong``."""
    text = text.strip()
    if channel == Message.Channel.SMS:
        phone = normalise_phone(text)
        if len(phone) != MOBILE_DIGITS or not phone.startswith("1"):
            raise RuleBroken("notify.address_wrong")
        return phone
    try:
        validate_email(text)
    except ValidationError:
        raise RuleBroken("notify.address_wrong") from None
    return text


@transaction.atomic
def save_address(*, user: User, channel: str, address: str, by: Actor, at: datetime) -> None:
    """Keep where one is reached, sealed; an empty address takes it away."""
    lock(User, user.pk)
    MessageAddress.objects.filter(user=user, channel=channel).delete()
    if address.strip():
        row = MessageAddress(district_id=user.district_id, user=user, channel=channel, recorded_at=at)
        row.address = seal(clean_address(channel, address), table=TABLE, column="address", uid=row.uid)
        row.save(force_insert=True)
    leave_entry(
        district_id=user.district_id, subject=subject_key(user), verb="notify.save_address", by=by, at=at,
        body={"channel": channel, "is_given": bool(address.strip())},
    )  # fmt: skip


@transaction.atomic
def save_wishes(*, user: User, wishes: Collection[tuple[str, str]]) -> None:
    """The kinds (with channel) that the person wishes to be told of outside the app; all others are not."""
    lock(User, user.pk)
    wanted = {(kind, channel) for kind, channel in wishes if kind in kinds() and channel in OUTSIDE}
    MessageWish.objects.filter(user=user).delete()
    MessageWish.objects.bulk_create(MessageWish(user=user, kind=k, channel=c) for k, c in sorted(wanted))


def forget_addresses(*, user: User, **_: object) -> None:
    """Who leaves is not written to any more."""
    MessageAddress.objects.filter(user=user).delete()
    MessageWish.objects.filter(user=user).delete()

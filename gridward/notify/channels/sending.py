"""A message on its way: take it, open where it goes, send outside any transaction, settle what came of it."""

from datetime import datetime
from http.client import HTTPException
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.utils.translation import override

from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.notify.actions.sending import (
    Opened,
    count_sms,
    give_up,
    note_failure,
    open_address,
    settle,
    take_messages,
    uncount_sms,
)
from gridward.notify.channels.configuring import configured
from gridward.notify.channels.gateway import gateway
from gridward.notify.channels.mail import send_mail
from gridward.notify.channels.sms import NotTaken, send_sms
from gridward.notify.models import Message
from gridward.notify.queries.kinds import spoken
from gridward.web.moments import is_chinese
from gridward.work import clock
from gridward.work.models import Delivery

TROUBLES = (NotTaken, OSError, HTTPException, SMTPException, RuleBroken)


class NotSentYet(Exception):  # noqa: N818 - reads as a sentence
    """Tried in vain; the delivery tries again later."""


def send_out(delivery: Delivery, message: Message) -> None:
    """The handler of every outgoing message; idempotent: what is no longer waiting is left alone."""
    at = clock.now()
    taken = take_messages(message=message, at=at)
    if not taken:
        return
    opened = open_address(message=message, at=at)
    if message.channel not in configured() or opened is None or not opened.address:
        give_up(messages=taken, state=Message.State.NO_ADDRESS)
        return
    try:
        _send(delivery, message, taken, opened, at)
    except TROUBLES as error:
        if not note_failure(messages=taken, error=_kind_of(error)):
            raise NotSentYet from None


def _kind_of(error: BaseException) -> str:
    """What may be kept of a failure: a mail server's or resolver's own words may name an address."""
    if isinstance(error, NotTaken):
        return str(error)
    return error.code if isinstance(error, RuleBroken) else type(error).__name__


def _send(delivery: Delivery, message: Message, taken: list[Message], opened: Opened, at: datetime) -> None:
    is_digest = len(taken) > 1
    kind = "notify.digest" if is_digest else message.kind
    values: dict[str, Any] = {"count": len(taken)} if is_digest else {**message.variables, **opened.variables}
    ref = f"{delivery.pk}.{message.turn}"
    if message.channel == Message.Channel.EMAIL:
        external = _by_mail(message, kind, values, opened.address, ref)
    elif not _is_within_caps(message, opened.address, at):
        give_up(messages=taken, state=Message.State.CAPPED)
        return
    else:
        external = _by_sms(message, kind, values, opened.address, ref, at)
    settle(messages=taken, at=clock.now(), external_id=external[:80])


def _by_mail(message: Message, kind: str, values: dict[str, Any], address: str, ref: str) -> str:
    district = District.objects.get(pk=message.district_id)
    language = message.user.language if message.user else settings.LANGUAGE_CODE
    link = f"{settings.GRIDWARD_SITE}{message.url}" if settings.GRIDWARD_SITE and message.url else ""
    with override(language):
        place = district.name_zh if is_chinese() else district.name_en
        return send_mail(address=address, sentence=spoken(kind, values), link=link, place=place, ref=ref)


def _is_within_caps(message: Message, phone: str, at: datetime) -> bool:
    described = gateway()
    return count_sms(
        district_id=message.district_id, phone=phone, day=_day(message, at), cap=described.daily_cap,
        cap_per_phone=described.daily_cap_per_phone,
    )  # fmt: skip


def _by_sms(message: Message, kind: str, values: dict[str, Any], phone: str, ref: str, at: datetime) -> str:
    """What was not taken does not count against the day's limits."""
    try:
        return send_sms(phone=phone, kind=kind, variables=values, ref=ref, at=at)
    except TROUBLES:
        uncount_sms(district_id=message.district_id, phone=phone, day=_day(message, at))
        raise


def _day(message: Message, at: datetime) -> Any:
    return local_day(District.objects.get(pk=message.district_id), at)

"""What an operator sees of messages that went outside: no address, no name."""

import uuid
from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Sum
from django.http import Http404

from gridward.notify.models import Message, SmsCount, Webhook, WebhookCall
from gridward.web.paging import Page, page_after

SENT_AGAIN = (Message.State.FAILED, Message.State.CAPPED, Message.State.UNDELIVERED, Message.State.SENT)


def outgoing(district_id: int, *, channel: str, state: str, token: str) -> Page:
    """The newest first; ``channel`` and ``state`` may be empty."""
    rows = Message.objects.filter(district_id=district_id).exclude(channel=Message.Channel.APP)
    rows = rows.filter(channel=channel) if channel else rows
    rows = rows.filter(state=state) if state else rows

    def after(key: list[int] | None, limit: int) -> Sequence[Message]:
        return rows.filter(pk__lt=key[0]).order_by("-pk")[:limit] if key else rows.order_by("-pk")[:limit]

    return page_after(after, lambda row: [row.pk], token)


def get_outgoing(district_id: int, uid: uuid.UUID) -> Message:
    row = Message.objects.filter(district_id=district_id, uid=uid).exclude(channel=Message.Channel.APP).first()
    if row is None:
        raise Http404
    return row


def counts_by_state(district_id: int) -> dict[tuple[str, str], int]:
    """(channel, state) → how many outgoing messages are kept."""
    rows = Message.objects.filter(district_id=district_id).exclude(channel=Message.Channel.APP)
    found = rows.order_by().values_list("channel", "state").annotate(count=Count("pk"))
    return {(channel, state): count for channel, state, count in found}


def sms_today(district_id: int, day: date) -> int:
    """How many SMS the district sent on a day."""
    rows = SmsCount.objects.filter(district_id=district_id, day=day, phone_index=b"")
    return int(rows.aggregate(total=Sum("count"))["total"] or 0)


def webhooks(district_id: int) -> list[Webhook]:
    """Those that have not ended, in the order in which they were made."""
    return list(Webhook.objects.filter(district_id=district_id, ended_at__isnull=True).order_by("pk"))


def get_webhook(district_id: int, uid: uuid.UUID) -> Webhook:
    row = Webhook.objects.filter(district_id=district_id, uid=uid, ended_at__isnull=True).first()
    if row is None:
        raise Http404
    return row


def calls_of(webhook: Webhook, token: str) -> Page:
    """What it was told, the newest first."""
    rows = WebhookCall.objects.filter(district_id=webhook.district_id, webhook=webhook)

    def after(key: list[int] | None, limit: int) -> Sequence[WebhookCall]:
        return rows.filter(pk__lt=key[0]).order_by("-pk")[:limit] if key else rows.order_by("-pk")[:limit]

    return page_after(after, lambda row: [row.pk], token)


def get_call(webhook: Webhook, pk: int) -> WebhookCall:
    row = WebhookCall.objects.filter(district_id=webhook.district_id, webhook=webhook, pk=pk).first()
    if row is None:
        raise Http404
    return row

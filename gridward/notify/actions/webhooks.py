"""Other systems subscribe to verbs; each event is one call with a log."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.notify.models import Webhook, WebhookCall
from gridward.vault.sealing import open_sealed, seal
from gridward.web.outgoing import read_address
from gridward.work import clock
from gridward.work.actions import deliver_again, deliver_rows, leave_entry, subject_key
from gridward.work.actions.deliveries import MOST_TRIES
from gridward.work.locks import lock

TABLE = Webhook._meta.label
MOST_FAILURES = 24
KEPT = timedelta(days=90)


def create_webhook(
    *, district_id: int, name: str, url: str, verbs: Collection[str], by: Actor, at: datetime
) -> tuple[Webhook, str]:
    """Subscribe an address; answers the row and its secret, which is never shown again.

    Raises RuleBroken ``web.host_not_listed`` or ``web.address_wrong``, ``notify.webhook_exists``.
    """
    read_address(url)
    secret = secrets.token_urlsafe(32)
    row = Webhook(district_id=district_id, name=name, url=url, verbs=sorted(verbs), recorded_at=clock.now())
    row.secret = seal(secret, table=TABLE, column="secret", uid=row.uid)
    with transaction.atomic():
        if Webhook.objects.filter(district_id=district_id, url=url, ended_at__isnull=True).exists():
            raise RuleBroken("notify.webhook_exists")
        row.save(force_insert=True)
        _tell(row, "notify.create_webhook", by, at, {"verbs": row.verbs})
    return row, secret


def secret_of(webhook: Webhook) -> str:
    """The secret in clear, to sign with."""
    return open_sealed(webhook.secret, table=TABLE, column="secret", uid=webhook.uid)


def _tell(row: Webhook, verb: str, by: Actor, at: datetime, said: dict[str, Any]) -> None:
    leave_entry(district_id=row.district_id, subject=subject_key(row), verb=verb, by=by, at=at, body=said)


@transaction.atomic
def enable_webhook(*, webhook: Webhook, on: bool, by: Actor, at: datetime) -> Webhook:
    """Switch it on again, or off; twice is once."""
    row = lock(Webhook, webhook.pk)
    if (row.disabled_at is None) != on:
        row.disabled_at, row.failures = (None if on else clock.now()), 0
        row.save(update_fields=["disabled_at", "failures"])
        _tell(row, "notify.enable_webhook", by, at, {"on": on})
    return row


@transaction.atomic
def end_webhook(*, webhook: Webhook, by: Actor, at: datetime) -> Webhook:
    """End a subscription for good; its log stays as long as every log."""
    row = lock(Webhook, webhook.pk)
    if row.ended_at is None:
        row.ended_at, row.secret = clock.now(), b""
        row.save(update_fields=["ended_at", "secret"])
        _tell(row, "notify.end_webhook", by, at, {})
    return row


@transaction.atomic
def tell_webhooks(*, district_id: int, event: str, body: Mapping[str, Any], origin: int, at: datetime) -> int:
    """One call for each webhook that wants this event; the same ``origin`` again adds none.

    ``body`` is what is public of the thing: number, public state, times.
    """
    open_rows = Webhook.objects.filter(district_id=district_id, disabled_at__isnull=True, ended_at__isnull=True)
    wanted = [row for row in open_rows.order_by("pk") if event in row.verbs]
    if not wanted:
        return 0
    known = set(WebhookCall.objects.filter(district_id=district_id, webhook__in=wanted, origin=origin)
                .values_list("webhook_id", flat=True))  # fmt: skip
    calls = [
        WebhookCall(district_id=district_id, webhook=row, event=event, body=dict(body), origin=origin, recorded_at=at)
        for row in wanted if row.pk not in known
    ]  # fmt: skip
    WebhookCall.objects.bulk_create(calls)
    deliver_rows(calls)
    return len(calls)


def settle_call(*, call: WebhookCall, status: int, at: datetime) -> None:
    """The other side took it."""
    WebhookCall.objects.filter(pk=call.pk).update(
        state=WebhookCall.State.SENT, status=status, sent_at=at, error="", attempts=F("attempts") + 1
    )
    Webhook.objects.filter(pk=call.webhook_id).update(failures=0)


@transaction.atomic
def note_failed_call(*, call: WebhookCall, status: int | None, error: str, at: datetime) -> tuple[bool, bool]:
    """One try failed. Answers whether it was the call's last, and whether the webhook was switched off by it."""
    webhook = lock(Webhook, call.webhook_id)
    row = lock(WebhookCall, call.pk)
    row.attempts, row.status, row.error = row.attempts + 1, status, error[:200]
    webhook.failures += 1
    is_off = webhook.disabled_at is None and webhook.failures >= MOST_FAILURES
    is_last = is_off or row.attempts >= MOST_TRIES
    if is_last:
        row.state = WebhookCall.State.FAILED
    if is_off:
        webhook.disabled_at = at
    row.save(update_fields=["attempts", "status", "error", "state"])
    webhook.save(update_fields=["failures", "disabled_at"])
    return is_last, is_off


def drop_call(*, call: WebhookCall, error: str) -> None:
    """Not told: the webhook is off. It can be told again by hand."""
    WebhookCall.objects.filter(pk=call.pk).update(state=WebhookCall.State.FAILED, error=error)


@transaction.atomic
def tell_call_again(*, call: WebhookCall, by: Actor, at: datetime) -> WebhookCall:
    """Tell a call once more under the same id.

    Raises RuleBroken ``notify.webhook_is_off``, or ``notify.not_to_resend`` while it waits.
    """
    row = lock(WebhookCall, call.pk, related=("webhook",))
    if row.webhook.disabled_at is not None or row.webhook.ended_at is not None:
        raise RuleBroken("notify.webhook_is_off")
    if row.state == WebhookCall.State.WAITING:
        raise RuleBroken("notify.not_to_resend")
    row.state, row.attempts, row.error = WebhookCall.State.WAITING, 0, ""
    row.save(update_fields=["state", "attempts", "error"])
    deliver_again(row, at=clock.now())
    _tell(row.webhook, "notify.tell_call_again", by, at, {"call": row.pk})
    return row


def forget_calls(*, at: datetime, most: int = 500) -> int:
    """Delete the log after three months."""
    old = WebhookCall.objects.filter(recorded_at__lt=at - KEPT).order_by("pk")
    return WebhookCall.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]

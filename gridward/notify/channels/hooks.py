"""One event told to one webhook, signed so that the other side can tell that it is from us and new."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from http.client import HTTPException

from gridward.accounts.queries import holders_of
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.districts.queries import local_day
from gridward.notify.actions.messages import send_message
from gridward.notify.actions.webhooks import (
    MOST_FAILURES,
    drop_call,
    note_failed_call,
    secret_of,
    settle_call,
)
from gridward.notify.models import Webhook, WebhookCall
from gridward.web.outgoing import ask
from gridward.work import clock
from gridward.work.models import Delivery

TAKEN = range(200, 300)


class NotTold(Exception):  # noqa: N818 - reads as a sentence
    """The other side did not take it; the delivery tries again later."""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over ``timestamp.body``, in hex."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, body: bytes, given: str, at: datetime, *, within_s: int = 300) -> bool:
    """Whether a request was signed with this secret within the last minutes."""
    if not (secret and timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    is_fresh = abs(at.timestamp() - int(timestamp)) <= within_s
    return is_fresh and hmac.compare_digest(signature(secret, int(timestamp), body).encode(), given.lower().encode())


def call_webhook(delivery: Delivery, call: WebhookCall) -> None:
    """The handler of every call; idempotent for us: what was told is left alone."""
    if call.state != WebhookCall.State.WAITING:
        return
    webhook = call.webhook
    if webhook.disabled_at is not None or webhook.ended_at is not None:
        drop_call(call=call, error="switched off")
        return
    status, error = _post(delivery, call, webhook)
    if not error:
        settle_call(call=call, status=status or 0, at=clock.now())
        return
    is_last, is_off = note_failed_call(call=call, status=status, error=error, at=clock.now())
    if is_off:
        _tell_administrators(webhook, delivery)
    if not is_last:
        raise NotTold


def _post(delivery: Delivery, call: WebhookCall, webhook: Webhook) -> tuple[int | None, str]:
    """(HTTP status, what went wrong); nothing went wrong with any status from 200 to 299."""
    told = {"id": str(delivery.pk), "event": call.event, **call.body}
    body, timestamp = json.dumps(told, ensure_ascii=False).encode(), int(clock.now().astimezone(UTC).timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8", "Gridward-Id": str(delivery.pk),
        "Gridward-Event": call.event, "Gridward-Timestamp": str(timestamp),
        "Gridward-Signature": "sha256=" + signature(secret_of(webhook), timestamp, body),
    }  # fmt: skip
    try:
        answer = ask("POST", webhook.url, headers=headers, body=body)
    except (OSError, HTTPException) as error:
        return None, type(error).__name__
    except RuleBroken as refused:
        return None, refused.code
    return answer.status, "" if answer.status in TAKEN else f"HTTP {answer.status}"


def _tell_administrators(webhook: Webhook, delivery: Delivery) -> None:
    """A webhook that was switched off is told to who runs the district's system."""
    at = clock.now()
    held = holders_of(webhook.district_id, Role.SYSADMIN, local_day(webhook.district, at))
    send_message(
        district_id=webhook.district_id, kind="notify.webhook_disabled", users={grant.user_id for grant in held},
        variables={"name": webhook.name, "count": MOST_FAILURES}, url=f"/notify/webhooks/{webhook.uid}/",
        origin=delivery.pk, at=at,
    )  # fmt: skip

"""Other systems are told of steps: signed, again until it arrives, with a log; never anywhere that is not listed."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import pytest

from gridward.audit.models import Entry
from gridward.core.errors import RuleBroken
from gridward.notify.actions.webhooks import (
    MOST_FAILURES,
    create_webhook,
    enable_webhook,
    end_webhook,
    forget_calls,
    tell_call_again,
    tell_webhooks,
)
from gridward.notify.models import Message, Webhook, WebhookCall
from gridward.work import clock
from gridward.work.models import Delivery
from gridward.work.runner import work_off
from tests.apps.notify.servers import Counter
from tests.cast import Cast
from tests.town import Town

BODY = {"number": "9001072026030400001", "state": {"zh": "已派单", "en": "Passed on"}}
EVENT = "cases.dispatch"
State = WebhookCall.State


def subscribe(town: Town, cast: Cast, url: str, at: datetime) -> tuple[Webhook, str]:
    return create_webhook(
        district_id=town.district.pk, name="示例平台", url=url, verbs=[EVENT], by=cast.actor("sun"), at=at
    )


def tell(town: Town, at: datetime, origin: int = 7, event: str = EVENT) -> int:
    return tell_webhooks(district_id=town.district.pk, event=event, body=BODY, origin=origin, at=at)


def test_an_event_arrives_signed_once(town: Town, cast: Cast, listed: Counter, at: datetime) -> None:
    webhook, secret = subscribe(town, cast, f"{listed.url}/hook?of=us", at)
    assert secret.encode() not in bytes(webhook.secret)
    assert tell(town, at, event="cases.close") == 0, "not subscribed to"
    assert (tell(town, at), tell(town, at)) == (1, 0)
    assert work_off() == 1
    asked, delivery = listed.asked[0], Delivery.objects.get(table="notify.WebhookCall")
    assert asked.path == "/hook?of=us"
    assert asked.said == {"id": str(delivery.pk), "event": EVENT, **BODY}
    stamp = asked.headers["Gridward-Timestamp"]
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["Gridward-Signature"] == f"sha256={expected}"
    assert (asked.headers["Gridward-Id"], int(stamp)) == (str(delivery.pk), int(at.timestamp()))
    call = WebhookCall.objects.get()
    assert (call.state, call.status, call.attempts) == (State.SENT, 200, 1)
    with pytest.raises(RuleBroken, match="subscribed"):
        subscribe(town, cast, f"{listed.url}/hook?of=us", at)


def test_what_failed_is_told_again_and_by_hand_under_the_same_id(
    town: Town, cast: Cast, listed: Counter, at: datetime
) -> None:
    subscribe(town, cast, f"{listed.url}/", at)
    listed.answer((500, {}), (302, {}), (204, {}))
    tell(town, at)
    for seconds in (0, 6, 20):
        with clock.standing_at(at + timedelta(seconds=seconds)):
            work_off()
    call = WebhookCall.objects.get()
    assert (call.state, call.attempts, [a.said["id"] for a in listed.asked]) == (
        State.SENT, 3, [listed.asked[0].said["id"]] * 3,
    )  # fmt: skip
    assert Webhook.objects.get().failures == 0
    tell_call_again(call=call, by=cast.actor("sun"), at=at)
    with pytest.raises(RuleBroken):
        tell_call_again(call=call, by=cast.actor("sun"), at=at)
    with clock.standing_at(at + timedelta(seconds=30)):
        work_off()
    assert listed.asked[3].said["id"] == listed.asked[0].said["id"]


def test_one_that_fails_and_fails_is_switched_off_with_a_notice(
    town: Town, cast: Cast, listed: Counter, at: datetime
) -> None:
    webhook, _ = subscribe(town, cast, f"{listed.url}/", at)
    listed.answer((500, {}))
    for n in range(4):
        tell(town, at, origin=n)
    for hours in range(9):
        with clock.standing_at(at + timedelta(hours=hours)):
            work_off()
    webhook.refresh_from_db()
    assert len(listed.asked) == MOST_FAILURES and webhook.disabled_at is not None
    notice = Message.objects.get()
    assert (notice.user, notice.url) == (cast["sun"], f"/notify/webhooks/{webhook.uid}/")
    assert set(WebhookCall.objects.values_list("state", flat=True)) == {State.FAILED}
    assert tell(town, at, origin=9) == 0
    with pytest.raises(RuleBroken):
        tell_call_again(call=WebhookCall.objects.first(), by=cast.actor("sun"), at=at)
    enable_webhook(webhook=webhook, on=True, by=cast.actor("sun"), at=at)
    enable_webhook(webhook=webhook, on=True, by=cast.actor("sun"), at=at)
    assert Entry.objects.filter(verb="notify.enable_webhook").count() == 1
    assert tell(town, at, origin=9) == 1
    end_webhook(webhook=webhook, by=cast.actor("sun"), at=at)
    with clock.standing_at(at + timedelta(hours=12)):
        work_off()
    assert len(listed.asked) == MOST_FAILURES, "ended: the one that waited is dropped"
    assert forget_calls(at=at + timedelta(days=91)) == 5


def test_administrators_subscribe_switch_and_end(
    town: Town, cast: Cast, listed: Counter, client_of: Any, at: datetime
) -> None:
    sun = client_of("sun")
    given = {"name": "示例平台", "url": f"{listed.url}/hook", "verbs": [EVENT]}
    assert sun.post("/notify/webhooks/", {**given, "url": "http://169.254.169.254/"}).status_code == 422
    made = sun.post("/notify/webhooks/", given)
    secret = made.context["secret"]
    assert secret in made.content.decode() and "no-store" in made["Cache-Control"]
    webhook = Webhook.objects.get()
    page = f"/notify/webhooks/{webhook.uid}/"
    tell(town, at)
    work_off()
    assert "HTTP 200" in sun.get(page).content.decode()
    assert secret not in sun.get(page).content.decode() + sun.get("/notify/webhooks/").content.decode()
    sun.post(f"{page}calls/{WebhookCall.objects.get().pk}/")
    assert WebhookCall.objects.get().state == State.WAITING
    sun.post(f"{page}switch/", {"on": "0"})
    assert Webhook.objects.get().disabled_at is not None
    sun.post(f"{page}end/")
    assert sun.get(page).status_code == 404
    assert client_of("nie").get("/notify/webhooks/").status_code == 404

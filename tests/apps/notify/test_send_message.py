"""Members of staff are told in the app at once, outside it where they wish it, at the start of their shift."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from gridward.accounts.models import User
from gridward.audit.models import Read
from gridward.audit.verification.findings import Finding
from gridward.audit.verification.sealed import verify_reads
from gridward.core.errors import RuleBroken
from gridward.duties.actions import create_shift
from gridward.notify import actions
from gridward.notify.actions.sending import note_receipt
from gridward.notify.channels.hooks import signature
from gridward.notify.models import Message, MessageAddress, MessageWish, SmsCount
from gridward.work import clock
from gridward.work.models import Delivery
from gridward.work.runner import work_off
from tests.apps.notify.servers import Counter
from tests.cast import Cast
from tests.town import Town

KIND = "notify.webhook_disabled"
PHONE, EMAIL = "13900001234", "deng@example.test"
State = Message.State


def tell(town: Town, users: list[User], at: datetime, **changes: Any) -> list[Message]:
    given = {
        "district_id": town.district.pk, "kind": KIND, "users": [user.pk for user in users],
        "variables": {"name": "示例系统", "count": 24}, "url": "/work/", "origin": 71, "at": at, **changes,
    }  # fmt: skip
    return actions.send_message(**given)


def wish(cast: Cast, name: str, at: datetime, channel: str = "sms", address: str = PHONE) -> None:
    actions.save_address(user=cast[name], channel=channel, address=address, by=cast.actor(name), at=at)
    wishes = {(KIND, c) for c in MessageWish.objects.filter(user=cast[name]).values_list("channel", flat=True)}
    actions.save_wishes(user=cast[name], wishes={*wishes, (KIND, channel)})


def give_shift(town: Town, cast: Cast, at: datetime, body: str, **changes: Any) -> None:
    given = {
        "body": town.bodies[body], "name_zh": "白班", "name_en": "Day", "weekdays": "1111100", "starts_at": time(8),
        "ends_at": time(18), "by": cast.actor("sun"), "at": at, **changes,
    }  # fmt: skip
    create_shift(**given)


def test_everybody_is_told_in_the_app_once(town: Town, cast: Cast, at: datetime) -> None:
    assert len(tell(town, [cast["deng"], cast["ben"], cast["finn"]], at)) == 2, "nobody of another district"
    assert tell(town, [cast["deng"]], at) == []
    assert len(tell(town, [cast["deng"]], at, origin=72)) == 1
    assert not Delivery.objects.filter(table="notify.Message").exists(), "what stays in the app is not sent"
    with pytest.raises(RuleBroken, match="variables"):
        tell(town, [cast["deng"]], at, variables={"name": "示例", "count": 1, "who": "安丽华"})
    with pytest.raises(RuleBroken, match="variables"):
        tell(town, [cast["deng"]], at, variables={"name": "长" * 61, "count": 1})


def test_an_sms_goes_by_the_described_gateway(town: Town, cast: Cast, gateway: Counter, at: datetime) -> None:
    wish(cast, "deng", at)
    message = tell(town, [cast["deng"]], at)[1]
    assert (message.channel, message.state) == ("sms", State.WAITING)
    assert work_off() == 1
    delivery = Delivery.objects.get(table="notify.Message")
    asked = gateway.asked[0]
    assert asked.said == {
        "mobile": PHONE, "template": "SMS_OFF", "params": ["示例系统", "24"], "sign": "示例网格中心",
        "seq": f"{delivery.pk}.0",
    }  # fmt: skip
    assert (asked.path, asked.headers["Authorization"]) == ("/send", "Bearer gateway-secret")
    message.refresh_from_db()
    assert (message.state, message.external_id, message.attempts) == (State.SENT, "G-1", 1)
    read = Read.objects.get()
    assert (read.by_id, read.role, read.purpose) == (None, "system", "send_message")
    assert [f for f in verify_reads() if isinstance(f, Finding)] == []
    assert PHONE.encode() not in bytes(MessageAddress.objects.get().address)
    assert not any(PHONE in str(row) for row in Message.objects.values())
    delivery.state = "waiting"
    delivery.save()
    assert work_off() == 1 and len(gateway.asked) == 1, "the same delivery again sends nothing"


def test_a_gateway_that_refuses_is_asked_again_later(town: Town, cast: Cast, gateway: Counter, at: datetime) -> None:
    gateway.answer((500, {}), (200, {"code": f"limit {PHONE}"}), (200, {"code": "0"}))
    wish(cast, "deng", at)
    tell(town, [cast["deng"]], at)
    work_off()
    row = Message.objects.get(channel="sms")
    assert (row.state, row.attempts, row.error) == (State.WAITING, 1, "HTTP 500")
    assert SmsCount.objects.filter(count__gt=0).count() == 0, "what was not taken does not count"
    with clock.standing_at(at + timedelta(seconds=6)):
        work_off()
    row.refresh_from_db()
    assert row.error == "HTTP 200, limit …", "a code that holds a number is not kept"
    with clock.standing_at(at + timedelta(seconds=20)):
        work_off()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (State.SENT, 3, "")


def test_after_eight_tries_it_waits_for_an_operator(town: Town, cast: Cast, gateway: Counter, at: datetime) -> None:
    gateway.answer((503, {}))
    wish(cast, "deng", at)
    tell(town, [cast["deng"]], at)
    for hours in range(9):
        with clock.standing_at(at + timedelta(hours=hours)):
            work_off()
    row = Message.objects.get(channel="sms")
    assert (row.state, len(gateway.asked)) == (State.FAILED, 8)
    gateway.answer((200, {"code": "0"}))
    actions.resend_message(message=row, by=cast.actor("sun"), at=at)
    with pytest.raises(RuleBroken):
        actions.resend_message(message=row, by=cast.actor("sun"), at=at)
    work_off()
    row.refresh_from_db()
    assert (row.state, row.turn) == (State.SENT, 1)
    assert gateway.asked[-1].said["seq"].endswith(".1"), "the gateway must not take it for the same one"


def test_the_day_has_limits(town: Town, cast: Cast, gateway: Counter, at: datetime) -> None:
    wish(cast, "deng", at)
    wish(cast, "ben", at, address="13900005678")
    for n in range(4):
        tell(town, [cast["deng"]], at, origin=n + 1)
    work_off()
    states = sorted(Message.objects.filter(channel="sms").values_list("state", flat=True))
    assert states == [State.CAPPED, State.SENT, State.SENT, State.SENT], "three to one number"
    for n in range(2):
        tell(town, [cast["ben"]], at, origin=n + 11)
    work_off()
    assert Message.objects.filter(channel="sms", state=State.CAPPED).count() == 2, "four in the district"
    assert len(gateway.asked) == 4
    with clock.standing_at(at + timedelta(days=1)):
        tell(town, [cast["deng"]], at + timedelta(days=1), origin=99)
        work_off()
    assert len(gateway.asked) == 5, "the next day begins anew"


def test_off_shift_messages_wait_and_come_as_one(town: Town, cast: Cast, gateway: Counter, at: datetime) -> None:
    """Wednesday 22:00; the shift begins on Thursday at 8:00."""
    give_shift(town, cast, at, "maintenance")
    wish(cast, "deng", at)
    night, morning = at + timedelta(hours=12), at + timedelta(hours=22)
    with clock.standing_at(night):
        for n in range(3):
            tell(town, [cast["deng"]], night, origin=n + 1)
        assert work_off() == 0
    rows = Message.objects.filter(channel="sms")
    assert {row.due_at for row in rows} == {morning}
    assert Message.objects.filter(channel="app", state=State.SENT).count() == 3, "in the app they stand at once"
    with clock.standing_at(morning):
        work_off()
    assert [asked.said["template"] for asked in gateway.asked] == ["1"], "one digest"
    assert gateway.asked[0].said["params"] == ["3"]
    assert {row.state for row in rows.all()} == {State.SENT}


def test_what_is_urgent_goes_to_the_roster_at_once(town: Town, cast: Cast, gateway: Counter, at: datetime) -> None:
    give_shift(town, cast, at, "maintenance")
    give_shift(town, cast, at, "centre", is_duty_roster=True, weekdays="1111111", starts_at=time(0),
               ends_at=time(0), follows_calendar=False)  # fmt: skip
    wish(cast, "deng", at)
    night = at + timedelta(hours=12)
    with clock.standing_at(night):
        told = tell(town, [cast["deng"]], night, is_urgent=True, roster_kind="notify.webhook_disabled", origin=70)
        assert {row.user for row in told} == {cast["deng"], cast["zhao"]}, "the duty chief of the roster"
        assert [row.user for row in tell(town, [cast["deng"]], night, is_urgent=True)][0] == cast["deng"]
        work_off()
        assert len(gateway.asked) == 2, "and outside the app at once"
        urgent = {"is_urgent": True, "roster_kind": "notify.webhook_disabled"}
        assert {row.user for row in tell(town, [cast["zhao"]], night, **urgent, origin=72)} == {cast["zhao"]}
        own = tell(town, [cast["deng"]], night, **urgent, origin=73, never_body_id=town.bodies["centre"].pk)
        assert own == [], "all of them serve the body that it is about"
    holiday = datetime.fromisoformat("2026-05-01T10:00+08:00")
    with clock.standing_at(holiday):
        late = tell(town, [cast["deng"]], holiday, origin=74)
    assert {row.due_at for row in late if row.channel == "sms"} == {datetime.fromisoformat("2026-05-06T08:00+08:00")}


def test_an_email_is_plain_and_carries_its_delivery(town: Town, cast: Cast, letters: list[Any], at: datetime) -> None:
    wish(cast, "deng", at, "email", EMAIL)
    tell(town, [cast["deng"]], at)
    work_off()
    delivery = Delivery.objects.get(table="notify.Message")
    letter = letters[0]
    assert letter["To"] == EMAIL and letter["Message-ID"] == f"<{delivery.pk}.0@grid.example.test>"
    assert letter["Auto-Submitted"] == "auto-generated" and letter.get_content_type() == "text/plain"
    assert "https://grid.example.test/work/" in letter.get_content()
    assert Message.objects.get(channel="email").state == State.SENT


def test_a_district_without_a_gateway_writes_a_file(
    town: Town, cast: Cast, settings: Any, tmp_path: Path, at: datetime
) -> None:
    described = tmp_path / "sms.toml"
    described.write_text('name = "文件"\nsignature = "示例区"\nadapter = "file"\n', "utf-8")
    settings.GRIDWARD_SMS, settings.GRIDWARD_HOME = str(described), tmp_path
    wish(cast, "deng", at)
    tell(town, [cast["deng"]], at)
    work_off()
    file = tmp_path / "sms" / "2026-03-04.jsonl"
    assert file.stat().st_mode & 0o777 == 0o600
    line = json.loads(file.read_text("utf-8"))
    assert line["phone"] == PHONE and line["text"].startswith("【示例区】")
    described.write_text("name = 1", "utf-8")
    settings.GRIDWARD_SMS = str(described)
    tell(town, [cast["deng"]], at, origin=90)
    work_off()
    assert Message.objects.get(channel="sms", origin=90).error == "notify.sms_file_wrong"


def test_a_receipt_counts_when_it_is_signed(
    town: Town, cast: Cast, gateway: Counter, client: Any, at: datetime
) -> None:
    wish(cast, "deng", at)
    tell(town, [cast["deng"]], at)
    work_off()
    body = json.dumps({"reports": [{"msgid": "G-1", "status": "DELIVRD"}, {"msgid": "G-9", "status": "X"}]}).encode()
    address, stamp = f"/notify/receipts/{town.district.code6}/", int(at.timestamp())

    def said(secret: str = "gateway-secret", when: int = stamp) -> Any:
        return client.post(address, body, content_type="application/json", headers={
            "Gridward-Timestamp": str(when), "Gridward-Signature": "sha256=" + signature(secret, when, body),
        })  # fmt: skip

    assert client.post(address, body, content_type="application/json", CONTENT_LENGTH="x").status_code == 404
    assert said("another").status_code == said(when=stamp - 600).status_code == 404
    assert Message.objects.get(channel="sms").state == State.SENT
    assert said().json() == {"code": 0, "known": 1}
    row = Message.objects.get(channel="sms")
    assert (row.state, row.receipt_at) == (State.DELIVERED, at)
    assert note_receipt(district_id=town.district.pk, external_id="G-1", is_delivered=False, at=at) == 0


def test_who_leaves_is_not_written_to(town: Town, cast: Cast, gateway: Counter, at: datetime) -> None:
    wish(cast, "deng", at)
    tell(town, [cast["deng"]], at)
    actions.forget_addresses(user=cast["deng"])
    work_off()
    row = Message.objects.get(channel="sms")
    assert (row.state, gateway.asked) == (State.NO_ADDRESS, [])


def test_old_messages_go(town: Town, cast: Cast, at: datetime) -> None:
    tell(town, [cast["deng"]], at)
    assert actions.forget_messages(at=at + timedelta(days=179)) == 0
    assert actions.forget_messages(at=at + timedelta(days=181)) == 1

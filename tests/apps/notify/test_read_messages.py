"""The inbox, its bell, wishes, and the operator's pages."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridward.notify.models import Message, MessageAddress, MessageWish
from gridward.work.runner import work_off
from tests.apps.notify.servers import Counter
from tests.apps.notify.test_send_message import KIND, PHONE, tell, wish
from tests.cast import Cast
from tests.town import Town


def bell(page: str) -> str:
    """What the bell says; nothing while nothing is unread."""
    return page.partition('class="unread-count num">')[2].partition("<")[0]


def test_the_bell_counts_and_reading_takes_away(town: Town, cast: Cast, client_of: Any, at: datetime) -> None:
    deng = client_of("deng")
    tell(town, [cast["deng"], cast["ben"]], at)
    first = tell(town, [cast["deng"]], at, origin=72, url="/cases/workflow/")[0]
    page = deng.get("/messages/").content.decode()
    assert bell(page) == "2" and page.count('class="unread"') == 2
    assert deng.get(f"/messages/{first.uid}/").status_code == 405, "opening changes something: never by GET"
    assert deng.post(f"/messages/{first.uid}/")["Location"] == "/cases/workflow/"
    assert client_of("ben").post(f"/messages/{first.uid}/").status_code == 404, "anybody else's"
    assert bell(deng.get("/messages/?show=unread").content.decode()) == "1"
    newest = Message.objects.filter(user=cast["deng"]).latest("pk").pk
    tell(town, [cast["deng"]], at, origin=73)
    deng.post("/messages/read/", {"until": newest})
    assert bell(deng.get("/messages/").content.decode()) == "1", "what came since the page was drawn stays unread"
    deng.post("/messages/read/", {"until": newest + 10**6})
    assert bell(deng.get("/work/").content.decode()) == ""
    tell(town, [cast["deng"]], at, origin=74, url="//evil.example/")
    assert deng.post(f"/messages/{Message.objects.latest('pk').uid}/")["Location"] == "/messages/"
    assert Message.objects.filter(user=cast["ben"], read_at__isnull=True).count() == 1


def test_the_bell_takes_one_statement(town: Town, cast: Cast, client_of: Any, at: datetime) -> None:
    deng = client_of("deng")
    Message.objects.bulk_create(
        Message(district=town.district, user=cast["deng"], recipient="x", kind=KIND, channel="app", recorded_at=at,
                due_at=at, state="sent") for _ in range(120)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as caught:
        page = deng.get("/work/").content.decode()
    assert bell(page) == "99+"
    assert sum("notify_message" in query["sql"] for query in caught.captured_queries) == 1


def test_people_choose_channels_and_keep_addresses_sealed(
    town: Town, cast: Cast, gateway: Counter, client_of: Any, at: datetime
) -> None:
    deng, page = client_of("deng"), "/messages/wishes/"
    wrong = deng.post(f"{page}address/", {"channel": "sms", "address": "1390000"})
    assert wrong.status_code == 422 and "11" in wrong.content.decode()
    deng.post(f"{page}address/", {"channel": "sms", "address": "+86 139-0000-1234"})
    assert PHONE not in deng.get(page).content.decode()
    assert deng.post(page, {"sms": ["no.such"]}).status_code == 200
    assert MessageWish.objects.count() == 0
    deng.post(f"{page}address/", {"channel": "sms", "address": ""})
    assert MessageAddress.objects.count() == 0


def test_the_operator_sees_fates_and_no_addresses(
    town: Town, cast: Cast, gateway: Counter, client_of: Any, at: datetime
) -> None:
    sun = client_of("sun")
    assert "GRIDWARD_OUTGOING" not in sun.get("/notify/").content.decode()
    wish(cast, "sun", at)
    sun.post("/notify/trial/", {"channel": "sms"})
    work_off()
    assert gateway.asked[0].said["template"] == "SMS_TRIAL"
    log = sun.get("/notify/log/?channel=sms").content.decode()
    assert PHONE not in log and log.count("<tr>") == 2
    assert sun.post("/notify/trial/", {"channel": "email"}).status_code == 409
    message = Message.objects.get(channel="sms")
    sun.post(f"/notify/log/{message.uid}/resend/")
    work_off()
    assert len(gateway.asked) == 2
    assert client_of("deng").get("/notify/log/").status_code == 404


def test_the_page_of_channels_says_what_is_wrong(
    town: Town, cast: Cast, gateway: Counter, settings: Any, client_of: Any
) -> None:
    settings.GRIDWARD_OUTGOING = ()
    assert "GRIDWARD_OUTGOING" in client_of("sun").get("/notify/").content.decode()
    settings.GRIDWARD_SMS = "/nowhere/sms.toml"
    assert "GRIDWARD_SMS" in client_of("sun").get("/notify/").content.decode()

"""Three attempts on different half days, then the case may be closed and the person is counted apart."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from gridward.cases.models import Case, Contact, TellingAttempt
from gridward.core.feedback.reaching import ATTEMPTS, counted, is_unreached
from gridward.work import clock
from tests.apps.cases.scene import Scene, damage, steps
from tests.apps.cases.test_tell_reporter import ELDER, closed_by

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 5, 11, 9, tzinfo=ZONE)


def tell(client: Client, scene: Scene, case: Case, **sent: str) -> int:
    contact = str(Contact.objects.get(case=case).uid)
    with clock.standing_at(scene.now):
        return client.post(f"/cases/{case.number}/told/", {"contact": contact, "channel": "phone", **sent}).status_code


def test_not_reached_on_three_half_days_is_counted_apart(scene: Scene, client_of: Callable[[str], Client]) -> None:
    cleo, case = client_of("cleo"), scene.brought_to("pending_close", reporter=ELDER)
    scene.now = datetime(2026, 5, 11, 9, tzinfo=ZONE)
    for hours, waits in ((0, True), (1, True), (3, True), (21, False)):  # 9, 10 and 12 o'clock, 9 the next day
        scene.now = MORNING + timedelta(hours=hours)
        assert tell(cleo, scene, case, not_reached="1") == 302
        refused = closed_by_now(cleo, scene, case)
        assert (refused.status_code == 409) is waits, hours
        if not waits:
            assert Case.objects.get().state == "closed"
    contact = Contact.objects.get()
    assert (contact.answered_at, contact.unreached_at) == (None, scene.now)
    assert TellingAttempt.objects.count() == 4 and steps(case)[-2:] == ["try_to_tell", "close"] and damage() == []
    page = cleo.get(f"/cases/{case.number}/").content.decode()
    assert "三次都没联系上" in page and "石奶奶" not in page
    assert tell(cleo, scene, case) == 302, "who rings back later is told after all"
    contact.refresh_from_db()
    assert (contact.answered_at, contact.unreached_at) == (scene.now, None)


def closed_by_now(client: Client, scene: Scene, case: Case) -> object:
    with clock.standing_at(scene.now):
        return closed_by(client, case)


def test_a_new_result_is_told_anew(scene: Scene) -> None:
    case = scene.brought_to("feedback", reporter=ELDER)
    Contact.objects.update(unreached_at=scene.now)
    for who, move in (("cleo", "ask_inspection"), ("eva", "inspect_fail"), ("deng", "redo"), ("ben", "finish"),
                      ("deng", "confirm"), ("cleo", "ask_inspection"), ("eva", "inspect_pass")):  # fmt: skip
        scene.later(minutes=5)
        case = scene.make(case, who, move)
    assert scene.refusal(case, "cai", "close", **scene.fields(case, "close")) == "case.reply_not_given"


def test_only_readers_note_it_and_no_other_way_is_known(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.brought_to("pending_close", reporter=ELDER)
    assert tell(client_of("deng"), scene, case, not_reached="1") == 403
    assert tell(client_of("cleo"), scene, case, not_reached="1", channel="pigeon") == 404
    assert tell(client_of("finn"), scene, case, not_reached="1") == 404
    assert not TellingAttempt.objects.exists()


def test_who_handled_it_does_not_ask_how_it_went(scene: Scene) -> None:
    case = scene.brought_to("closed")
    own = scene.person("own", "acceptor", "maintenance", f"district:{scene.town.district.pk}")
    assert own and scene.refusal(case, "own", "revisit", solved=True) == "case.call_back_by_its_body"
    below = scene.person("below", "acceptor", "contractor", f"district:{scene.town.district.pk}")
    assert (
        below
        and scene.refusal(case, "below", "reopen_unsolved", reason="电话里说没修好") == "case.call_back_by_its_body"
    )
    assert scene.make(case, "cleo", "revisit").state == "evaluated"


@given(st.lists(st.integers(0, 3 * 24 * 60), max_size=8))
def test_attempts_of_one_half_day_are_one(minutes: list[int]) -> None:
    times = [MORNING + timedelta(minutes=one) for one in minutes]
    halves = {(at.date(), at.hour // 12) for at in times}
    assert counted(times, ZONE) == len(halves) == counted([*times, *times], ZONE)
    assert is_unreached(times, ZONE) is (len(halves) >= ATTEMPTS)

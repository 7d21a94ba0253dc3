"""The private page: who may read what, who may do what, twice, too late, with a wrong address."""

import re
import uuid
from datetime import timedelta

import pytest

from gridward.cases.actions.contacts import Reporter, new_token
from gridward.cases.actions.reporting import follow_case
from gridward.cases.models import Attachment, Case, CaseStep, Contact, Rating
from gridward.core.actor import Actor
from gridward.portal.actions.counting import MOST_TRIES
from gridward.portal.models import ReportCount
from gridward.web.headers import NO_ADDRESS
from gridward.work import clock
from tests.apps.cases.scene import RESIDENT, picture
from tests.apps.portal.door import Door, Sent

SECRET = "巷口的灯不亮了，晚上看不清"


def bring(door: Door, case: Case, state: str) -> Case:
    """Along the main road from where a report begins."""
    for reached, name, move in door.scene.ROAD:
        case = door.scene.make(case, name, move)
        if reached == state:
            return case
    raise AssertionError(state)


def followed(door: Door, case: Case) -> str:
    """One more person's private link."""
    token = new_token()
    with clock.standing_at(door.scene.now):
        follow_case(case=case, reporter=Reporter(), token=token, by=RESIDENT, at=door.scene.now)
    return f"/r/{token}/"


def text(door: Door, address: str) -> str:
    return door.get(address).content.decode()


def test_the_reporter_reads_progress_in_plain_words_and_then_the_answer(door: Door):
    sent = door.report()
    assert "已收到" in sent.page() and SECRET in sent.page()
    bring(door, sent.case, "pending_handle")
    assert "已派给市政设施维护处" in sent.page() and "pending_handle" not in sent.page()
    for name, move in (("deng", "accept_task"), ("ben", "finish"), ("deng", "confirm"), ("cleo", "ask_inspection"),
                       ("eva", "inspect_pass"), ("cai", "close")):  # fmt: skip
        door.scene.make(sent.case, name, move)
    page = sent.page()
    assert "已办结" in page and "您反映的灯已修好" in page and "卞军" not in page


def test_looking_changes_nothing_and_leaves_no_trace_elsewhere(door: Door):
    sent = door.report()
    before = Case.objects.values().get()
    answer = door.get(sent.address)
    assert Case.objects.values().get() == before and CaseStep.objects.count() == 1
    assert answer["Referrer-Policy"] == NO_ADDRESS and answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert sent.token.encode() not in bytes(Contact.objects.get().link_hash)


def test_a_follower_reads_progress_but_no_words_place_or_photos(door: Door):
    sent = door.report(photos=[picture()])
    address = followed(door, sent.case)
    page = text(door, address)
    assert "已收到" in page and SECRET not in page and "柳荫巷口" not in page
    photo = Attachment.objects.get()
    assert door.get(f"{address}photos/{photo.public_id}/").status_code == 404
    assert door.get(f"{sent.address}photos/{photo.public_id}/").status_code == 200


def test_released_words_and_photos_are_for_followers_too(door: Door):
    sent = door.report(photos=[picture()])
    address = followed(door, sent.case)
    Case.objects.update(is_released=True)
    Attachment.objects.update(is_released=True)
    assert SECRET in text(door, address)
    assert door.get(f"{address}photos/{Attachment.objects.get().public_id}/").status_code == 200


def test_the_result_is_shown_once_the_case_is_closed(door: Door):
    sent = door.report(kind="litter")
    case = bring(door, sent.case, "handled")
    after = Attachment.objects.get(kind="after")
    assert door.get(f"{sent.address}photos/{after.public_id}/").status_code == 404
    for name, move in (("deng", "confirm"), ("cleo", "ask_inspection"), ("eva", "inspect_pass"), ("cai", "close")):
        door.scene.make(case, name, move)
    assert door.get(f"{sent.address}photos/{after.public_id}/").status_code == 200


def test_a_report_that_was_joined_follows_the_other_without_its_words(door: Door):
    first = door.report(description="第一个人说的私事")
    second = door.report(description="第二个人说的灯不亮")
    older, newer = Case.objects.order_by("pk")
    door.scene.move(newer, "cleo", "merge", merged_into=older.pk)
    page = text(door, second.address)
    assert "第一个人说的私事" not in page and "第二个人说的灯不亮" in page and older.number in page
    bring(door, older, "pending_handle")
    assert "已派给市政设施维护处" in text(door, second.address)
    assert "第一个人说的私事" in text(door, first.address)


def test_rating_is_taken_once_and_only_from_the_reporter(door: Door):
    sent = door.report()
    address = followed(door, sent.case)
    bring(door, sent.case, "closed")
    other = Sent(door, sent.answer)
    page = text(door, address)
    assert "do/rate/" not in page
    forged = {"rate-action_uuid": str(uuid.uuid4()), "rate-solved": "no"}
    assert door.post(f"{address}do/rate/", forged).status_code == 302
    assert Rating.objects.count() == 0
    assert other.do("rate", "rate", solved="yes", satisfied="5", words="谢谢").status_code == 302
    rating = Rating.objects.get()
    assert (rating.is_solved, rating.stars, rating.words, rating.is_typed_by_staff) == (True, 5, "谢谢", False)
    assert "do/rate/" not in sent.page()


def test_the_same_click_twice_is_one_addition(door: Door):
    sent = door.report()
    same = {"supplement-action_uuid": str(uuid.uuid4()), "supplement-words": "灯杆也歪了"}
    for _ in range(2):
        assert door.post(f"{sent.address}do/supplement/", same).status_code == 302
    assert CaseStep.objects.filter(verb="cases.supplement").count() == 1


def test_an_addition_brings_photos(door: Door):
    sent = door.report()
    assert sent.do("supplement", "supplement", words="再拍一张", photos=[picture(180)]).status_code == 302
    assert Attachment.objects.filter(case=sent.case).count() == 1


def test_a_reminder_is_taken_once_a_day(door: Door):
    sent = door.report()
    assert sent.do("remind", "remind").status_code == 302
    again = sent.do("remind", "remind")
    assert again.status_code == 409 and "催过一次" in again.content.decode()
    door.scene.later(days=1)
    assert sent.do("remind", "remind").status_code == 302
    assert CaseStep.objects.filter(verb="cases.remind").count() == 2


def test_a_second_look_is_asked_once_with_a_reason(door: Door):
    sent = door.report()
    bring(door, sent.case, "closed")
    assert sent.do("ask_review", "review", words="短").status_code == 422
    assert sent.do("ask_review", "review", words="灯又不亮了，根本没修好").status_code == 302
    assert "do/ask_review/" not in sent.page()
    late = {"review-action_uuid": str(uuid.uuid4()), "review-words": "再来一次，没修好啊"}
    assert door.post(f"{sent.address}do/ask_review/", late).status_code == 302
    assert CaseStep.objects.filter(verb="cases.ask_review").count() == 1


@pytest.mark.parametrize("move", ["close", "accept", "submit", "void", "dispatch"])
def test_moves_of_others_do_not_exist_here(door: Door, move: str):
    sent = door.report()
    assert door.post(f"{sent.address}do/{move}/", {}).status_code == 404
    assert CaseStep.objects.count() == 1


def test_the_page_ends_180_days_after_closing(door: Door):
    sent = door.report()
    bring(door, sent.case, "closed")
    door.scene.later(days=179)
    assert door.get(sent.address).status_code == 200
    door.scene.later(days=1, seconds=1)
    assert door.get(sent.address).status_code == 404


def test_wrong_links_are_counted_and_then_answered_with_wait(door: Door):
    sent = door.report()
    wrong = "/r/" + "x" * 22 + "/"
    assert door.get(wrong).status_code == 404
    ReportCount.objects.update(count=MOST_TRIES)
    assert door.get(wrong).status_code == 429
    assert door.get(sent.address).status_code == 200, "whoever has the right address is not kept out"


def test_who_opened_the_sealed_contact_stands_on_the_page(door: Door, client_of):
    assert "位数不对" in door.report(last={"phone": "138000000", "answer_by": "phone"}).answer.content.decode()
    sent = door.report(last={"phone": "138 0000 0009", "answer_by": "phone"})
    assert "还没有人打开过" in sent.page()
    with clock.standing_at(door.scene.now + timedelta(minutes=5)):
        client_of("cleo").post(f"/cases/{sent.case.number}/contact/")
        client_of("deng").post(f"/cases/{sent.case.number}/contact/")
    page = sent.page()
    assert "受理员" in page and "柯敏" not in page and "13800000009" not in page


def test_the_slip_prints_number_code_and_address(door: Door):
    sent = door.report()
    page = text(door, f"{sent.address}slip/")
    assert sent.case.spoken_code in page and sent.case.number in page and sent.token in page
    assert re.search(r'<svg class="code-square"', page)


def test_another_district_does_not_open_a_link(door: Door):
    sent = door.report()
    Contact.objects.update(district=door.scene.town.other)
    assert door.get(sent.address).status_code == 404


def test_a_resident_moves_only_as_resident(door: Door):
    sent = door.report()
    sent.do("remind", "remind")
    step = CaseStep.objects.get(verb="cases.remind")
    assert (step.role, step.by_id, step.body_id) == (RESIDENT.role, None, None)
    assert Actor(None, "resident", None, 7) == RESIDENT

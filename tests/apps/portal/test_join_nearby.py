"""Reported close by already: what strangers see of it, and “me too”; what happens above the public budget."""

import pytest

from gridward.cases.models import Case, Contact
from gridward.portal.actions.counting import MOST_AN_HOUR, count_report, prefix_of
from tests.apps.cases.scene import LIUYIN_W
from tests.apps.portal.door import AT, Door

TOLD = "巷口的灯不亮了，晚上看不清"


def words(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined]


def offers(page: object) -> bool:
    return 'name="follow"' in words(page)


def test_an_open_report_of_the_same_kind_close_by_is_offered_without_its_words(door: Door):
    door.report(description="我家门口，私人的话")
    page = door.at_last_step()
    assert (
        offers(page) and "私人的话" not in words(page) and "柳荫巷口" not in words(page).split('class="note"')[1][:900]
    )


def test_words_are_shown_once_released(door: Door):
    door.report(description="灯杆从根上锈断了")
    Case.objects.update(is_released=True)
    assert "灯杆从根上锈断了" in words(door.at_last_step())


def test_private_kinds_far_ones_closed_ones_and_held_back_ones_are_not_offered(door: Door):
    door.report("help", "meal")
    assert not offers(door.at_last_step("help", "meal"))
    case = door.report().case
    assert not offers(door.at_last_step(position=AT.format(*LIUYIN_W)))
    Case.objects.filter(pk=case.pk).update(is_quarantined=True)
    assert not offers(door.at_last_step())
    Case.objects.filter(pk=case.pk).update(is_quarantined=False, is_open=False)
    assert not offers(door.at_last_step())


def test_me_too_makes_no_second_case_and_gives_an_own_page(door: Door):
    case = door.report().case
    page = door.at_last_step()
    answers = [door.step(page, follow=str(case.public_id), phone="13800000009") for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302} and answers[0]["Location"] == answers[1]["Location"]
    case.refresh_from_db()
    assert Case.objects.count() == 1 and case.follower_count == 1
    assert Contact.objects.filter(kind="follower").count() == 1
    assert TOLD not in words(door.get(answers[0]["Location"]))


def test_me_too_comes_too_late_once_it_is_closed(door: Door):
    case = door.report().case
    page = door.at_last_step()
    Case.objects.update(is_open=False)
    late = door.step(page, follow=str(case.public_id))
    assert late.status_code == 409 and Contact.objects.filter(kind="follower").count() == 0
    assert door.step(late, go="send").status_code == 302


def test_above_the_budget_reports_are_taken_in_and_held_back_with_the_same_clock(door: Door):
    for _ in range(MOST_AN_HOUR):
        door.report(position="", place="别处")
    assert not Case.objects.filter(is_quarantined=True).exists()
    first = door.report(position="", place="别处").case
    assert first.is_quarantined and first.due_at == Case.objects.order_by("pk")[0].due_at
    door.scene.later(hours=1)
    assert not door.report(position="", place="别处").case.is_quarantined


def test_sending_again_is_not_counted_again(door: Door):
    page = door.at_last_step(position="")
    for _ in range(MOST_AN_HOUR + 3):
        door.step(page, go="send")
    assert not door.report(position="").case.is_quarantined


def test_one_place_has_a_budget_of_its_own_whatever_the_address(door: Door):
    district, at, point = door.scene.town.district, door.scene.now, (113.995, 28.195)
    over = [count_report(district=district, address=f"10.0.{n}.1", point=point, at=at) for n in range(21)]
    assert over == [False] * 20 + [True]
    assert not count_report(district=district, address="10.1.0.1", point=(113.999, 28.199), at=at)


@pytest.mark.parametrize(
    ("address", "prefix"),
    [("10.1.2.3", "10.1.2.0/24"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("unix:", ""), ("", "")],
)
def test_addresses_are_counted_by_range(address: str, prefix: str):
    assert prefix_of(address) == prefix

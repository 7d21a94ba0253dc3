"""Three small steps without script: nothing typed is lost, nothing is taken in twice."""

import pytest

from gridward.cases.actions.reference import reference_rows
from gridward.cases.models import Attachment, Case, Contact
from gridward.portal.emergencies import danger_words
from tests.apps.cases.scene import OUTSIDE, picture
from tests.apps.portal.door import AT, Door, fields_of

HERE = "/report/problem/"
WORDS = {row["code"]: row for row in reference_rows("special_routes.csv")}


def words(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined]


def test_three_steps_make_one_case_with_place_kind_and_words(door: Door):
    sent = door.report()
    assert sent.answer.status_code == 302
    case = sent.case
    assert (case.category.code, case.place, case.description) == ("lamp", "柳荫巷口", "巷口的灯不亮了，晚上看不清")
    assert case.grid == door.scene.town.grids["liuyin_e"] and case.channel == "online"
    assert case.spoken_code in sent.page()


def test_sending_twice_or_going_back_and_sending_again_is_one_case(door: Door):
    page = door.at_last_step()
    first, second = door.step(page, go="send"), door.step(page, go="send")
    assert Case.objects.count() == 1 and Contact.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_a_place_in_words_or_a_community_is_enough(door: Door):
    assert door.report(position="").case.position is None
    community = door.scene.town.divisions["dukou"]
    case = door.report(position="", place="", community=str(community.pk)).case
    assert case.community == community


def test_without_any_place_the_first_step_says_so_and_keeps_nothing_else(door: Door):
    page = door.step(door.get(HERE), place="")
    assert page.status_code == 422 and 'aria-current="step">1' in words(page)


def test_a_question_needs_no_place(door: Door):
    case = door.report("voice", "meal", position="", place="", nowhere="on").case
    assert case.position is None and case.community is None


def test_hard_to_say_becomes_the_general_kind_of_the_door(door: Door):
    assert door.report(category="unsure").case.family == "city_management"
    assert door.report("help", category="").case.family == "help"


def test_a_word_finds_kinds_and_keeps_what_was_typed(door: Door):
    page = door.step(door.step(door.get(HERE), place="巷口"), go="find", find="垃圾", description="很臭")
    assert 'aria-current="step">2' in words(page)
    assert "挑一个最像的" in words(page) and "没有？用一个词找" in words(page)
    kept = fields_of(page, HERE)
    assert kept["description"] == "很臭" and kept["place"] == "巷口"
    offered = words(page)[: words(page).index('name="find"')]
    assert f'value="{door.kind("litter")}"' in offered and f'value="{door.kind("lamp")}"' not in offered


def test_a_tap_on_the_map_sets_the_mark_and_stays_on_the_step(door: Door):
    page = door.step(door.get(HERE), place="灯杆旁", **{"position_small.x": "172", "position_small.y": "150"})
    kept = fields_of(page, HERE)
    assert 'aria-current="step">1' in words(page) and kept["position"] and kept["place"] == "灯杆旁"


def test_going_back_keeps_the_later_step(door: Door):
    back = door.step(door.at_last_step(), go="back")
    assert 'aria-current="step">2' in words(back)
    assert fields_of(back, HERE)["description"] == "巷口的灯不亮了，晚上看不清"


@pytest.mark.parametrize("text", ["灯\0不亮了啊", "😀😀灯坏了", "المصباح لا يعمل", "\u202e灯不亮了"])
def test_odd_characters_are_taken_in_without_harm(door: Door, text: str):
    case = door.report(description=text).case
    assert case.description == text.replace("\0", "").replace("\u202e", "")


def test_a_million_characters_are_refused_and_kept(door: Door):
    page = door.step(door.step(door.get(HERE), place="巷口"), description="a" * 1_000_000)
    assert page.status_code == 422 and fields_of(page, HERE)["description"] == "a" * 1_000_000
    assert Case.objects.count() == 0


def test_a_place_outside_the_district_is_a_clear_sentence_at_the_first_step(door: Door):
    sent = door.report(position=AT.format(*OUTSIDE))
    assert sent.answer.status_code == 422 and "这个位置不在" in words(sent.answer)
    assert 'aria-current="step">1' in words(sent.answer) and Case.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("sealed", "forged"), ("category", "999999"), ("community", "999999"), ("complained_body", "1; drop"),
     ("kept", "forged"), ("answer_by", "pigeon"), ("at", "9"), ("position", "abc"), ("follow", "not-an-id")],
)  # fmt: skip
def test_a_forged_field_never_breaks_the_page(door: Door, name: str, value: str):
    answer = door.step(door.at_last_step(), go="send", **{name: value})
    assert answer.status_code in (200, 302, 409, 422)
    assert all(case.category.district_id == 7 for case in Case.objects.all())


def test_a_seal_that_is_too_old_keeps_the_words_and_gives_a_new_one(door: Door):
    page = door.step(door.at_last_step(), go="send", sealed="old")
    assert page.status_code == 422 and fields_of(page, HERE)["description"] == "巷口的灯不亮了，晚上看不清"
    assert door.step(page, go="send").status_code == 302


def test_photos_stay_from_step_to_step_and_can_be_taken_out(door: Door):
    second = door.step(door.get(HERE), place="巷口")
    given = {"category": door.kind("lamp"), "description": "灯杆歪了一截", "photos": [picture(90), picture(160)]}
    third = door.step(second, **given)
    again = door.step(third, go="back")
    shown = [line.split('"')[0] for line in words(again).split('name="drop" value="')[1:]]
    assert len(shown) == 2
    sent = door.step(door.step(again, drop=[shown[0]]), go="send")
    assert sent.status_code == 302
    assert [row.file.sha256 for row in Attachment.objects.select_related("file")] == [shown[1]]


def test_a_file_that_is_no_picture_is_refused_in_words_and_the_text_stays(door: Door):
    liar = picture()
    liar.seek(0)
    liar.write(b"#!/bin/sh\n" * 20)
    liar.seek(0)
    second = door.step(door.get(HERE), place="巷口")
    page = door.step(second, description="灯杆歪了一截", photos=[liar])
    assert page.status_code == 422 and fields_of(page, HERE)["description"] == "灯杆歪了一截"


def test_more_than_five_photos_are_refused(door: Door):
    second = door.step(door.get(HERE), place="巷口")
    page = door.step(second, description="灯杆歪了一截", photos=[picture(shade) for shade in range(90, 96)])
    assert page.status_code == 422 and "五张" in words(page)


def test_a_call_back_needs_a_number(door: Door):
    page = door.step(door.at_last_step(), go="send", answer_by="phone")
    assert page.status_code == 422 and Case.objects.count() == 0
    assert door.step(page, go="send", answer_by="phone", phone="13800000009").status_code == 302


def test_danger_is_answered_at_once_and_blocks_nothing(door: Door):
    page = door.at_last_step(description="三楼着火了，有人被困")
    assert "119" in words(page)
    assert door.step(page, go="send").status_code == 302
    assert "119" not in words(door.at_last_step())


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("楼道里闻到一股煤气味", ["119_gas"]), ("天然气好像漏了", ["119_gas"]),
        ("I smell gas on the stairs", ["119_gas"]),
        ("There is a gas smell in the stairwell", ["119_gas"]),
        ("厨房着火了", ["119"]), ("A fire in the stairwell", ["119"]),
        ("Cars block the fire lane, the fire hydrant is broken", []), ("家里没气了，燃气卡怎么充值", []),
        ("地下车库被淹，有人触电受伤", ["119_water", "120_shock", "120"]), ("A power line is down", ["120_shock"]),
        ("The floodlight is broken", []), ("My father has a heart attack", ["120"]), ("有人持刀", ["110"]),
        ("Two cars, a traffic accident", ["122"]), ("路灯不亮", []),
    ],
)  # fmt: skip
def test_each_danger_has_its_own_words(said: str, codes: list[str]):
    """What does good in one danger does harm in another: a phone or a switch sets gas alight."""
    for language in ("zh", "en"):
        wanted = [WORDS[f"emergency_{code}"][f"words_{language}"] for code in codes]
        assert danger_words(said, language) == wanted
    gas = WORDS["emergency_119_gas"]
    assert "use no phone inside" in gas["words_en"] and "119 or the gas company" in gas["words_en"]
    assert "不要在屋里打电话" in gas["words_zh"] and "119 或燃气公司" in gas["words_zh"]


def test_a_complaint_asks_which_body_and_keeps_it_away(door: Door, client_of):
    page = door.at_last_step("voice", "conduct")
    assert 'name="complained_body"' in words(page) and 'aria-current="step">2' in words(page)
    body = door.scene.town.bodies["maintenance"]
    sent = door.step(door.step(page, "voice", complained_body=str(body.pk)), "voice", go="send")
    case = Case.objects.get()
    assert sent.status_code == 302 and case.complained_body == body
    assert client_of("deng").get(f"/cases/{case.number}/").status_code == 404
    assert client_of("cleo").get(f"/cases/{case.number}/").status_code == 200

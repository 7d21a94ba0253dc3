"""A query code shows how far a matter is, and nothing that a stranger should not read."""

import pytest

from gridward.cases.models import Case
from gridward.portal.actions.counting import MOST_TRIES, forget_counts
from gridward.portal.models import ReportCount
from tests.apps.portal.door import Door


def asked(door: Door, code: str) -> str:
    return door.get("/progress/", code=code).content.decode()


@pytest.mark.parametrize("shape", ["{}", " {} ", "{}。"])
def test_the_code_is_read_as_people_write_it(door: Door, shape: str):
    case = door.report().case
    assert "已收到" in asked(door, shape.format(case.spoken_code.replace(" ", "")))
    assert "已收到" in asked(door, case.number)


def test_neither_words_nor_place_nor_answer_are_shown(door: Door):
    case = door.report().case
    page = asked(door, case.spoken_code)
    assert "看不清" not in page and "柳荫巷口" not in page and "路灯" in page


def test_a_private_kind_is_not_named(door: Door):
    case = door.report("help", "meal").case
    assert "助餐" not in asked(door, case.number) and "已收到" in asked(door, case.number)


def test_a_complaint_is_not_found_by_its_number(door: Door):
    body = door.scene.town.bodies["maintenance"]
    case = door.report("voice", "conduct", complained_body=str(body.pk)).case
    assert door.get("/progress/", code=case.number).status_code == 404
    assert door.get("/progress/", code=case.spoken_code).status_code == 404


@pytest.mark.parametrize("code", ["青竹", "12345", "x" * 70, "青竹 0000", "；drop", "😀 1234"])
def test_a_code_that_is_none_is_answered_in_words(door: Door, code: str):
    answer = door.get("/progress/", code=code)
    assert answer.status_code == 404 and answer.content


def test_tries_are_limited_by_address_range_and_not_for_colleagues(door: Door, client_of):
    case = door.report().case
    asked(door, case.number)
    ReportCount.objects.update(count=MOST_TRIES)
    before = ReportCount.objects.values_list("count", flat=True)[0]
    assert door.get("/progress/", code=case.number).status_code == 429
    assert ReportCount.objects.values_list("count", flat=True)[0] == before, "a flood writes nothing"
    door.client = client_of("cleo")
    assert door.get("/progress/", code=case.number).status_code == 200


def test_counts_hold_no_address_and_are_forgotten(door: Door):
    case = door.report().case
    asked(door, case.number)
    for row in ReportCount.objects.all():
        assert b"127.0.0" not in bytes(row.origin) and len(bytes(row.origin)) == 32
    forget_counts(at=door.scene.later(days=3))
    assert not ReportCount.objects.exists()


def test_a_joined_case_shows_the_progress_of_the_other(door: Door):
    door.report(), door.report()
    older, newer = Case.objects.order_by("pk")
    door.scene.move(newer, "cleo", "merge", merged_into=older.pk)
    assert older.number in asked(door, newer.spoken_code)

"""The pages of the working calendar and of shifts."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridward.districts.models import CalendarDay, WorkingCalendar
from gridward.duties.models import Shift
from tests.cast import Cast
from tests.town import Town

Browser = Callable[[str], Client]


def version(town: Town) -> int:
    return WorkingCalendar.objects.get(pk=town.calendar.pk).version


def test_everybody_who_works_here_reads_the_year_and_the_administrator_changes_it(
    cast: Cast, client_of: Browser
) -> None:
    for name in ("gao", "sun", "ivy"):
        page = client_of(name).get("/calendar/?year=2026")
        assert page.status_code == 200 and "劳动节" in page.content.decode()
        assert ('name="day"' in page.content.decode()) == (name == "sun")
    assert client_of("ada").get("/calendar/").status_code == 302


def test_a_year_beyond_reason_is_this_year(cast: Cast, client_of: Browser) -> None:
    for asked in ("0", "99999", "x", "²", "9" * 3900):
        assert client_of("gao").get(f"/calendar/?year={asked}").status_code == 200


def test_a_day_is_changed_on_the_page(town: Town, cast: Cast, client_of: Browser) -> None:
    day = {"day": "2026-06-12", "kind": "holiday", "name_zh": "停工", "name_en": "Closed"}
    assert client_of("gao").post("/calendar/day/", day).status_code == 403
    assert client_of("sun").post("/calendar/day/", day).status_code == 302
    assert version(town) == 2
    assert client_of("sun").post("/calendar/day/", {**day, "kind": ""}).status_code == 302
    assert not CalendarDay.objects.filter(day=date(2026, 6, 12), retired_at__isnull=True).exists()
    assert client_of("sun").post("/calendar/day/", {**day, "day": "never"}).status_code == 422
    assert client_of("sun").post("/calendar/day/", {**day, "day": "9999-12-31"}).status_code == 422


@pytest.mark.parametrize(
    "content",
    [
        "nothing",
        "day,kind,name_zh,name_en\n9999-12-31,holiday,,\n",
        "day,kind,name_zh,name_en\n2027-13-01,holiday,,\n",
        "\0",
        "",
    ],
)
def test_a_file_without_sense_changes_nothing(town: Town, cast: Cast, client_of: Browser, content: str) -> None:
    file = SimpleUploadedFile("days.csv", content.encode())
    client_of("sun").post("/calendar/days/", {"file": file})
    assert version(town) == 1


def test_a_year_is_imported_on_the_page(town: Town, cast: Cast, client_of: Browser) -> None:
    text = "day,kind,name_zh,name_en\n2027-01-01,holiday,元旦,New Year\n2027-01-02,workday,调休,Make-up\n"
    file = SimpleUploadedFile("days.csv", text.encode("utf-8-sig"))
    assert client_of("sun").post("/calendar/days/", {"file": file}).status_code == 302
    assert version(town) == 2 and CalendarDay.objects.filter(day__year=2027).count() == 2


def test_the_hours_of_the_week_are_changed_on_the_page(town: Town, cast: Cast, client_of: Browser) -> None:
    week = {f"day{n}": "08:30-12:00，13:30-17:30" for n in range(5)} | {"day5": "", "day6": ""}
    assert client_of("sun").post("/calendar/week/", {**week, "day0": "all day"}).status_code == 422
    assert client_of("sun").post("/calendar/week/", {**week, "day0": "12:00-13:00, 08:00-09:00"}).status_code == 422
    assert client_of("sun").post("/calendar/week/", week).status_code == 302
    assert WorkingCalendar.objects.get(pk=town.calendar.pk).week[0] == [["08:30", "12:00"], ["13:30", "17:30"]]
    assert version(town) == 2


def test_a_shift_is_made_and_ended_on_the_page(town: Town, cast: Cast, client_of: Browser) -> None:
    sun = client_of("sun")
    shift = {"name_zh": "夜班", "name_en": "Night", "weekdays": ["0", "6"], "starts_at": "22:00", "ends_at": "06:00"}
    assert client_of("gao").post("/shifts/committee-liuyin/", shift).status_code == 404
    assert sun.post("/shifts/committee-liuyin/", shift).status_code == 302
    made = Shift.objects.get(name_zh="夜班")
    assert made.weekdays == "1000001" and not made.follows_calendar
    assert "夜班" in sun.get("/shifts/committee-liuyin/").content.decode()
    assert sun.post("/shifts/committee-liuyin/", shift).status_code == 422
    assert sun.post(f"/shifts/{made.pk}/close/").status_code == 302
    assert sun.post(f"/shifts/{made.pk}/close/").status_code == 409

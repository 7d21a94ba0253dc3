"""The components say what they mean with colour, sign and word, and stay safe with any text."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from gridward.web import moments, paging
from gridward.web.forms import PlainForm
from gridward.web.templatetags import web


def drawn(source: str, path: str = "/cases/", **context: object) -> str:
    request = RequestFactory().get(path)
    return Template("{% load web %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize("light", web.LIGHTS)
def test_a_status_is_colour_sign_and_word(light: str) -> None:
    chip = str(web.status(light))
    assert f'class="st {light}"' in chip and "<svg" in chip
    assert web.light_word(light) in chip and web.light_word(light) != light


def test_texts_are_escaped() -> None:
    assert "<b>" not in drawn('{% status "late" text %}{% facts pairs %}', text="<b>", pairs=[("<b>", "<b>")])


def test_a_bar_never_grows_beyond_its_place() -> None:
    assert 'width="100.0%"' in str(web.due_bar("late", 1.4))
    assert "140" in str(web.due_bar("late", 1.4))


def test_the_road_marks_where_the_case_is() -> None:
    stages = [{"name": "立案", "state": "done"}, {"name": "派遣", "state": "now"}, {"name": "处置", "state": "ahead"}]
    page = drawn("{% road stages %}", stages=stages)
    assert page.count('aria-current="step"') == 1
    assert page.index("立案") < page.index('aria-current="step"') < page.index("派遣")


def test_only_the_first_move_is_filled_and_the_rest_say_why_not() -> None:
    panel = {
        "allowed": [{"label": "派遣", "url": "/a"}, {"label": "作废", "action": "/b"}],
        "forbidden": [{"label": "核查", "reason": "您派遣过此案"}],
    }
    page = drawn("{% moves panel %}", panel=panel, csrf_token="t")
    assert page.count("btn-primary") == 1
    assert "不能做：核查（您派遣过此案）。" in page
    assert '<form method="post" action="/b">' in page


def test_filters_keep_each_other() -> None:
    page = drawn('{% query light="late" after="" %}', "/cases/?q=%E4%BA%95&after=x&light=on_time")
    assert page == "?q=%E4%BA%95&amp;light=late"


@pytest.mark.parametrize(("address", "opened"), [("/cases/?q=x", False), ("/cases/?q=x&stage=4", True)])
def test_on_a_phone_most_filters_wait_behind_one_tap_unless_one_is_set(address: str, opened: bool) -> None:
    fields = {name: forms.CharField(label=name, required=False) for name in ("q", "condition", "stage")}
    page = drawn("{% filter_bar form %}", address, form=type("Filters", (PlainForm,), fields)())
    assert ('id="more-filters" checked>' in page) == opened and 'name="stage"' in page
    few = drawn("{% filter_bar form %}", address, form=type("Few", (PlainForm,), {"q": forms.CharField()})())
    assert "more-filters" not in few


def test_a_page_begins_after_the_last_row() -> None:
    numbers = list(range(60))

    def rows(after: int | None, limit: int) -> list[int]:
        return [n for n in numbers if after is None or n > after][:limit]

    first = paging.page_after(rows, int, "", 25)
    second = paging.page_after(rows, int, first.next_token or "", 25)
    third = paging.page_after(rows, int, second.next_token or "", 25)
    assert [*first, *second, *third] == numbers
    assert [len(first), len(second), len(third)] == [25, 25, 10]
    assert third.next_token is None and first.is_first and not second.is_first


def test_a_damaged_page_token_shows_the_first_page() -> None:
    assert paging.read_token("tampered:token") is None


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 分钟", "0 minutes"),
        (30, "1 分钟", "1 minute"),
        (24 * 60, "24 分钟", "24 minutes"),
        (26 * 3600, "26 小时", "26 hours"),
        (8 * 86400 + 2 * 3600, "8 天 2 小时", "8 days 2 hours"),
        (41 * 86400 + 3600, "41 天", "41 days"),
    ],
)
def test_lengths_read_as_people_say_them(seconds: int, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert moments.span(seconds) == zh
    with translation.override("en"):
        assert moments.span(seconds) == en


@pytest.mark.parametrize(("seconds", "text"), [(3 * 3600, "3 工作时"), (5400, "1.5 工作时"), (1800, "30 工作分钟")])
def test_working_time_reads_as_working_time(seconds: int, text: str) -> None:
    with translation.override("zh-hans"):
        assert moments.working_span(seconds) == text


def test_times_are_told_in_the_place_of_the_reader() -> None:
    at = datetime(2026, 11, 20, 2, 40, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert (moments.moment(at), moments.full_day(at)) == ("11-20 10:40", "11 月 20 日 星期五")
    with translation.override("en"):
        assert moments.full_day(at) == "Friday, 20 Nov"


def test_a_share_stands_with_its_count() -> None:
    with translation.override("zh-hans"):
        assert moments.share(148, 1284) == "1,284 件中的 148 件"

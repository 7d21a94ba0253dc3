"""When and what is reported in the grown month: rhythm and words, without a database."""

import random
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from gridward.demo.actions.history import history_of
from gridward.demo.actions.month import DAYS
from gridward.demo.actions.people import SINCE
from gridward.demo.content import rows
from gridward.demo.month.rhythm import FEWEST, MOST, day_of, moments
from gridward.demo.month.words import NOUNS, Words

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH = [date(2026, 10, 25) + timedelta(days=n) for n in range(30)]


def test_a_day_brings_between_150_and_400_reports() -> None:
    assert all(FEWEST <= day_of(on, 2026).count <= MOST for on in MONTH)


def test_sundays_are_quieter_than_mondays() -> None:
    by_weekday = {n: [day_of(on, 2026).count for on in MONTH if on.weekday() == n] for n in (0, 6)}
    assert max(by_weekday[6]) < min(by_weekday[0])


def test_the_first_day_after_days_off_brings_what_waited() -> None:
    tuesday = date(2026, 11, 10)
    usual, after = day_of(tuesday, 2026).count, day_of(tuesday, 2026, frozenset({tuesday - timedelta(days=1)})).count
    assert after > usual * 1.15


def test_some_days_are_wet_and_most_are_not() -> None:
    wet = sum(day_of(on, 2026).is_wet for on in MONTH)
    assert 2 <= wet <= 14


def test_reports_come_by_day_and_in_order() -> None:
    day = day_of(date(2026, 11, 9), 2026)
    times = moments(day, 2026, SHANGHAI)
    hours = Counter(at.hour for at in times)
    assert times == sorted(times) and len(times) == day.count
    assert {at.date() for at in times} == {day.on}
    assert sum(hours[h] for h in range(8, 20)) > 0.7 * len(times)


def test_the_same_seed_tells_the_same_day() -> None:
    one, other = (day_of(MONTH[3], 7) for _ in range(2))
    assert one == other and moments(one, 7, SHANGHAI) == moments(other, 7, SHANGHAI)
    assert moments(one, 7, SHANGHAI) != moments(one, 8, SHANGHAI)


def test_no_text_comes_back_within_a_page() -> None:
    words = Words(random.Random(1), is_wet=True)
    texts = [words.report()["text"] for _ in range(1200)]
    for first in range(len(texts) - 40):
        page = texts[first : first + 40]
        assert len(set(page)) == len(page)


def test_a_remark_names_only_what_the_case_is_about() -> None:
    words = Words(random.Random(1), is_wet=False)
    for kind in ("return", "inspection_pass", "inspection_fail", "extension", "rating", "verification_yes"):
        for _ in range(40):
            remark = words.remark(kind, "楼上的灯不亮")
            assert all(noun in "楼上的灯不亮" for noun in NOUNS if noun in remark), remark


def test_every_report_text_belongs_to_a_family() -> None:
    assert {row["family"] for row in rows("reports")} == {"city_management", "help", "dispute", "voice"}


def test_a_history_goes_back_as_far_as_needed_and_then_grows_busier() -> None:
    today, off = date(2026, 11, 23), frozenset[date]()
    none, some, many = (history_of(cases, today, 2026, off) for cases in (0, 20_000, 1_000_000))
    assert (none.days, none.load) == ((), 1.0)
    assert some.load == 1.0 and some.days[0] == today - timedelta(days=DAYS)
    assert 55 < len(some.days) + DAYS < 80
    assert many.days[-1] == SINCE and 4 < many.load < 7
    everything = [today - timedelta(days=n) for n in range(DAYS)] + list(many.days)
    assert abs(sum(day_of(on, 2026, off, many.load).count for on in everything) - 1_000_000) < 1000

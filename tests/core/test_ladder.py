"""The ladder: who is told when; nothing twice, nothing off shift, and tables that cannot be are refused."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.calendar.due import elapsed_s
from gridward.core.calendar.working import WorkingCalendar
from gridward.core.workflow.clocks import extend, open_clock, pause, resume, stop
from gridward.core.workflow.ladder import (
    BadLadderError,
    Level,
    Tell,
    earliest_look_at,
    next_rung,
    parse_ladder,
    rung_at,
    rungs_reached,
    usual_ladder,
)
from gridward.core.workflow.table import ClockKind

OFFICE = WorkingCalendar()
LADDER = usual_ladder()
HOUR = 3600


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def handling(start="2026-03-04 08:00", hours=8, unit="work_hour"):
    return open_clock(ClockKind.HANDLE, hours * HOUR, unit, local(start), OFFICE)


def levels(clock, told, at, on_duty=OFFICE):
    return [rung.level for rung in rungs_reached(clock, told, local(at), LADDER, OFFICE, on_duty)]


def test_the_rungs_of_eight_working_hours_by_hand():
    clock, rungs = handling(), LADDER.rungs(is_urgent=False)
    assert [rung_at(clock, rung, OFFICE, OFFICE) for rung in rungs] == [
        local("2026-03-04 15:36"),  # 5.6 of 8 hours
        local("2026-03-05 08:00"),  # due at 18:00: nobody is pressed before the office opens again
        local("2026-03-05 14:00"),  # four working hours later is noon: told when it opens
        local("2026-03-06 08:00"),  # a working day later is 18:00, told when it opens
    ]
    assert clock.due_at == local("2026-03-04 18:00")


def test_an_urgent_case_climbs_within_the_hour_also_at_night():
    clock = handling("2026-03-04 23:00", 2, "urgent_hour")
    times = [rung_at(clock, rung, OFFICE, None) for rung in LADDER.rungs(is_urgent=True)]
    assert times == [local(f"2026-03-05 {t}") for t in ("00:00", "01:00", "01:30", "02:00")]


def test_what_was_told_is_not_told_again_and_the_next_moves_with_the_limit():
    clock = handling()
    assert levels(clock, Level.NONE, "2026-03-04 15:35") == []
    assert levels(clock, Level.NONE, "2026-03-04 15:36") == [Level.DUE_SOON]
    longer = extend(clock, local("2026-03-04 16:00"), OFFICE)
    assert levels(longer, Level.DUE_SOON, "2026-03-05 08:00") == []
    rung, at = next_rung(longer, Level.DUE_SOON, LADDER, OFFICE, OFFICE)
    assert (rung.level, at) == (Level.LATE, local("2026-03-06 08:00"))


def test_a_clock_that_stands_or_has_ended_climbs_no_further():
    paused = pause(handling(), local("2026-03-04 10:00"))
    for clock in (paused, stop(handling(), local("2026-03-09 10:00"))):
        assert levels(clock, Level.NONE, "2026-04-01 10:00") == []
        assert next_rung(clock, Level.NONE, LADDER, OFFICE, OFFICE) is None
        assert earliest_look_at(clock, Level.NONE, LADDER, OFFICE, is_urgent=False) is None
    again = resume(paused, local("2026-03-05 10:00"), OFFICE)
    assert levels(again, Level.NONE, "2026-03-05 15:35") == []
    assert levels(again, Level.NONE, "2026-03-05 15:36") == [Level.DUE_SOON]


def test_rungs_that_were_missed_together_stand_together_without_the_warning():
    missed = levels(handling(), Level.NONE, "2026-03-09 10:00")
    assert missed == [Level.LATE, Level.SUBDISTRICT, Level.DISTRICT]
    assert next_rung(handling(), Level.DISTRICT, LADDER, OFFICE, OFFICE) is None


@given(st.integers(0, 60 * 24 * 300), st.integers(1, 40 * HOUR), st.sampled_from([False, True]))
def test_rungs_are_in_order_after_the_look_and_never_off_shift(minute, seconds, urgent):
    start = local("2026-01-05 00:00") + timedelta(minutes=minute)
    unit, on_duty = ("urgent_hour", None) if urgent else ("work_hour", OFFICE)
    clock = open_clock(ClockKind.HANDLE, seconds, unit, start, OFFICE)
    look = earliest_look_at(clock, Level.NONE, LADDER, OFFICE, is_urgent=urgent)
    times = [rung_at(clock, rung, OFFICE, on_duty) for rung in LADDER.rungs(is_urgent=urgent)]
    assert look <= times[0] and times == sorted(times)
    assert times[1] >= clock.due_at
    if on_duty:
        assert all(elapsed_s(at, at + timedelta(seconds=1), "work_hour", OFFICE) == 1 for at in times)
    for told, at in enumerate(times):
        one = rungs_reached(clock, Level(told), at, LADDER, OFFICE, on_duty)
        assert one and one[0].level in (told + 1, Level.LATE)


def test_the_roles_that_are_told():
    assert LADDER.levels_told("subdistrict_leader", is_urgent=False) == {Level.SUBDISTRICT}
    assert LADDER.levels_told("department", is_urgent=True) == {Level.LATE, Level.SUBDISTRICT, Level.DISTRICT}
    assert LADDER.levels_told("handler", is_urgent=False) == frozenset()


GOOD = """
clocks = ["handle"]
[usual.late]
after = { value = 1, unit = "work_hour" }
tells = ["holder"]
[urgent.due_soon]
share = 0.5
tells = ["duty_chief"]
"""


def test_a_district_may_leave_rungs_and_clocks_out():
    ladder = parse_ladder(GOOD)
    assert [rung.level for rung in ladder.usual] == [Level.LATE] and ladder.usual[0].after_s == HOUR
    assert ladder.urgent[0].tells == (Tell.DUTY_CHIEF,)
    total = handling()._replace(kind=ClockKind.TOTAL)
    assert next_rung(total, Level.NONE, ladder, OFFICE, OFFICE) is None


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('["handle"]', '["hand"]'),
        ("usual.late", "usual.minister"),
        ("value = 1", "value = -1"),
        ("value = 1", "value = 1.5"),
        ('"work_hour"', '"fortnight"'),
        ("share = 0.5", "share = 1.0"),
        ("share = 0.5", "after = { value = 0, unit = 'work_hour' }"),
        ('["holder"]', "[]"),
        ('["holder"]', '["mayor"]'),
        ('clocks = ["handle"]', ""),
        ('clocks = ["handle"]', 'clocks = ["handle"]\nspeed = 2'),
        ("[urgent.due_soon]", "[usual.due_soon]"),
        ("clocks", "]clocks"),
    ],
)
def test_a_ladder_that_cannot_be_is_refused(was, becomes):
    assert was in GOOD
    with pytest.raises(BadLadderError):
        parse_ladder(GOOD.replace(was, becomes))

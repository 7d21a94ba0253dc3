"""Why a case is late and what would have been, worked out by hand for the week of 2 March 2026."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gridward.core.calendar.due import elapsed_s
from gridward.core.calendar.working import WorkingCalendar
from gridward.core.workflow.clocks import discard, extend, open_clock, pause, resume, stop
from gridward.core.workflow.reasons import Ran, reasons
from gridward.core.workflow.table import ClockKind

OFFICE = WorkingCalendar()
DAY = 8 * 3600


def local(text: str) -> datetime:
    return datetime.fromisoformat("2026-03-" + text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def ran(kind, start, end, seconds, name="", unit="work_hour", by=stop):
    clock = open_clock(ClockKind(kind), seconds, unit, local(start), OFFICE)
    return Ran(by(clock, local(end)) if end else clock, name or kind, "works", OFFICE)


def codes(found):
    return [line.code for line in found.lines]


def test_late_because_dispatch_took_three_of_five_working_days():
    total = ran("total", "02 08:00", "09 11:00", 5 * DAY)
    dispatch = ran("stage", "02 08:00", "04 18:00", DAY, "dispatch")
    handle = ran("handle", "04 18:00", "09 10:00", 3 * DAY)
    found = reasons([total, dispatch, handle], local("10 08:00"))
    assert codes(found) == ["ended_late", "took", "had_kept"]
    assert found.lines[0].values["seconds"] == 3 * 3600
    took = found.lines[1].values
    assert (took["name"], took["took_s"], took["of_s"], took["limit_s"]) == ("dispatch", 3 * DAY, 5 * DAY, DAY)
    would = found.lines[2].values
    assert would["in_time"] == 1 and datetime.fromisoformat(would["at"]) == local("05 11:00")
    assert [(p.name, p.used_s, p.is_late) for p in found.parts] == [
        ("dispatch", 3 * DAY, True), ("handle", DAY * 2 + 2 * 3600, False)]  # fmt: skip


def test_where_no_part_alone_would_have_saved_it_all_of_them_are_asked():
    total = ran("total", "02 08:00", "06 18:00", 2 * DAY)
    dispatch = ran("stage", "02 08:00", "03 18:00", 3600 * 4, "dispatch")
    handle = ran("handle", "03 18:00", "06 18:00", DAY)
    found = reasons([total, dispatch, handle], local("10 08:00"))
    assert codes(found) == ["ended_late", "took", "took", "had_kept", "had_kept", "had_all_kept"]
    assert [line.values["name"] for line in found.lines[1:3]] == ["handle", "dispatch"], "the longest first"
    assert [line.values["in_time"] for line in found.lines[3:]] == [0, 0, 1]
    assert datetime.fromisoformat(found.lines[5].values["at"]) == local("03 12:00")


def test_several_late_dispatches_are_one_cause_and_making_safe_saves_nothing():
    total = ran("total", "02 08:00", "06 18:00", 2 * DAY)
    twice = [ran("stage", f"0{day} 08:00", f"0{day} 18:00", 3600, "dispatch") for day in (2, 3)]
    safe = ran("make_safe", "02 08:00", "04 18:00", 3600)
    found = reasons([total, *twice, safe], local("10 08:00"))
    took = [(v["name"], v["count"], v["took_s"], v["saves_s"]) for v in (line.values for line in found.lines[1:3])]
    assert took == [("dispatch", 2, 2 * DAY, 2 * DAY - 7200), ("make_safe", 1, 3 * DAY, 0)]
    assert codes(found)[3:] == ["had_kept"]


def test_returns_doing_again_pauses_and_extensions_are_named():
    total = ran("total", "02 08:00", "06 18:00", 2 * DAY)
    back = ran("handle", "02 08:00", "02 18:00", 3 * DAY, by=discard)
    first = ran("handle", "03 08:00", "03 18:00", 3 * DAY)
    again = ran("handle", "04 08:00", "06 18:00", 3 * DAY)
    found = reasons([total, back, first, again], local("10 08:00"))
    assert codes(found) == ["ended_late", "returned", "again", "had_kept", "had_kept"]
    assert [line.values["took_s"] for line in found.lines[1:3]] == [DAY, 3 * DAY]
    assert [line.values["in_time"] for line in found.lines[3:]] == [0, 1]
    clock = open_clock(ClockKind.HANDLE, DAY, "work_hour", local("02 08:00"), OFFICE)
    clock = extend(resume(pause(clock, local("02 10:00")), local("02 12:00"), OFFICE), local("02 14:00"), OFFICE)
    open_total = open_clock(ClockKind.TOTAL, 5 * DAY, "work_hour", local("02 08:00"), OFFICE)
    open_total = resume(pause(open_total, local("02 10:00")), local("02 12:00"), OFFICE)
    told = reasons([Ran(open_total, "total", "", OFFICE), Ran(clock, "handle", "works", OFFICE)], local("02 18:00"))
    assert codes(told) == ["running", "paused", "extended"]
    assert told.lines[1].values == {"seconds": 7200} and told.lines[2].values == {"count": 1}
    assert (told.parts[0].used_s, told.parts[0].limit_s) == (6 * 3600, 2 * DAY)


def test_a_case_before_its_filing_has_parts_and_no_verdict():
    found = reasons([ran("stage", "02 08:00", None, 900, "accept", "shift_minute")], local("02 09:00"))
    assert found.lines == () and found.parts[0].is_late and found.parts[0].over_s == 2700


def test_each_round_is_told_by_its_own_total_clock():
    first = [ran("total", "02 08:00", "03 18:00", DAY), ran("handle", "02 08:00", "03 18:00", DAY)]
    second = [ran("total", "05 08:00", "05 18:00", 2 * DAY), ran("handle", "05 08:00", "05 17:00", DAY)]
    found = reasons([*first, *second], local("10 08:00"))
    assert codes(found) == ["ended_in_time"] and len(found.parts) == 1


spans = st.lists(st.tuples(st.integers(1, 5 * DAY), st.integers(1, 5 * DAY)), min_size=1, max_size=5)


@given(spans, st.integers(1, 10 * DAY))
def test_what_would_have_been_is_exact(parts, limit):
    """Parts one after the other: without the time after its limit the end lies exactly that much earlier."""
    at, made = local("02 08:00"), []
    for n, (seconds, own) in enumerate(parts):
        clock = open_clock(ClockKind.STAGE, own, "work_hour", at, OFFICE)
        at = open_clock(ClockKind.STAGE, seconds, "work_hour", at, OFFICE).due_at
        made.append(Ran(stop(clock, at), f"part {n}", "", OFFICE))
    total = open_clock(ClockKind.TOTAL, limit, "work_hour", local("02 08:00"), OFFICE)
    found = reasons([Ran(stop(total, at), "total", "", OFFICE), *made], at)
    used = sum(seconds for seconds, _ in parts)
    assert (found.lines[0].code == "ended_late") is (used > limit)
    overs = sorted((max(s - own, 0) for s, own in parts if s > own), reverse=True)
    assert [line.values["saves_s"] for line in found.lines if line.code == "took"] == overs
    for over, line in zip(overs, (each for each in found.lines if each.code == "had_kept"), strict=False):
        moved = elapsed_s(local("02 08:00"), datetime.fromisoformat(line.values["at"]), "work_hour", OFFICE)
        assert moved == used - over and bool(line.values["in_time"]) is (used - over <= limit)

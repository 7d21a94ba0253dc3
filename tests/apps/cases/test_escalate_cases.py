"""The ladder at work: rungs as rows, steps and deliveries, told once to the right people, also after a crash."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gridward.accounts.queries import held_roles, territory
from gridward.cases import jobs
from gridward.cases.actions import escalating
from gridward.cases.checks import escalations
from gridward.cases.ladders import ladder_of, own_ladders
from gridward.cases.models import Case, CaseClock, Escalation
from gridward.cases.queries.escalations import people_told
from gridward.cases.queries.worklist import box_cases
from gridward.core.workflow.ladder import Level, Tell
from gridward.work import clock
from gridward.work.items import Box
from tests.apps.cases.scene import Scene, damage, running, steps
from tests.apps.cases.test_keep_clocks import local


def sweep(moment: datetime) -> int:
    with clock.standing_at(moment):
        return jobs.escalate(at=moment)


def told(case: Case) -> list[tuple[str, int]]:
    """Which clock reached which rung, in order."""
    return list(case.escalations.order_by("pk").values_list("clock__kind", "level"))


def of_handling(case: Case) -> list[int]:
    return [level for kind, level in told(case) if kind == "handle"]


def test_the_rungs_of_a_handling_are_told_one_after_the_other_and_once(scene: Scene) -> None:
    case = scene.brought_to("handling")  # due at 16:00 of the fourth, four working hours from ten
    for moment, levels in (
        (local(4, 14, 47), []), (local(4, 14, 48), [1]), (local(4, 14, 49), [1]), (local(4, 16), [1, 2]),
        (local(5, 9, 59), [1, 2]), (local(5, 10), [1, 2, 3]), (local(5, 16), [1, 2, 3, 4]),
        (local(9, 10), [1, 2, 3, 4]),
    ):  # fmt: skip
        sweep(moment)
        assert of_handling(case) == levels, moment
    case.refresh_from_db()
    assert case.escalation == 4 and steps(case)[-1] == "escalate"
    assert list(escalations()) == [] and damage() == []
    row = case.escalations.filter(clock__kind="handle").order_by("pk")[2]
    assert (row.tells, row.due_at) == ("body subdistrict", local(4, 16))
    assert row.step_n == case.steps.filter(verb="cases.escalate", recorded_at=local(5, 10)).get().n


def test_nobody_is_told_off_shift_unless_the_case_is_urgent(scene: Scene) -> None:
    scene.now = local(4, 14)
    case = scene.brought_to("handling")  # due when the office closes
    sweep(local(4, 17)), sweep(local(4, 18)), sweep(local(5, 7, 59))
    assert of_handling(case) == [1]
    sweep(local(5, 8))
    assert of_handling(case) == [1, 2]
    scene.now = local(4, 23, 30)
    urgent = scene.brought_to("handling", "pothole")  # to be made safe within an urgent hour
    sweep(local(5, 0, 30)), sweep(local(5, 1))
    assert [level for kind, level in told(urgent) if kind == "make_safe"] == [2, 3]


def test_what_was_missed_while_nothing_ran_waits_for_the_shift(scene: Scene) -> None:
    case = scene.brought_to("handling")
    sweep(local(6, 23))
    assert told(case) == []
    sweep(local(9, 8))
    assert of_handling(case) == [2, 3, 4]


def test_an_extension_a_suspension_and_a_return_move_what_is_told_next(scene: Scene) -> None:
    case = scene.brought_to("handling")
    sweep(local(4, 14, 48))
    scene.now = local(4, 15)
    case = scene.make(scene.make(case, "deng", "ask_extension"), "dev", "grant_extension")
    sweep(local(5, 9, 59))
    assert of_handling(case) == [1]
    sweep(local(5, 10))
    assert of_handling(case) == [1, 2]
    returned = scene.make(scene.brought_to("pending_handle"), "deng", "return_task")
    stood = scene.brought_to("handling")
    stood = scene.make(scene.make(stood, "deng", "ask_suspension"), "dev", "grant_suspension")
    assert running(stood, "handle").rung_at is None
    sweep(local(20, 10))
    assert of_handling(returned) == [] and told(stood) == []
    returned.refresh_from_db()
    assert returned.escalation == 4, "the dispatcher's own limit has passed, and that of the whole"
    returned = scene.make(returned, "dev", "redispatch")
    assert running(returned, "handle").rung == 0, "the next body begins at the foot of the ladder"


def test_rungs_missed_together_are_one_step_and_a_crash_loses_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = scene.brought_to("handling"), scene.brought_to("handling")
    monkeypatch.setattr(escalating, "CHUNK", 1)
    real = escalating.insert_many

    def torn(rows: list[Any]) -> None:
        if any(row.case_id == second.pk for row in rows):
            raise OSError("the power went")
        real(rows)

    monkeypatch.setattr(escalating, "insert_many", torn)
    with pytest.raises(OSError, match="power"):
        sweep(local(9, 10))
    assert of_handling(first) == [2, 3, 4] and told(second) == []
    second.refresh_from_db()
    assert (second.escalation, steps(second)[-1], steps(first)[-1]) == (0, "accept_task", "escalate")
    monkeypatch.setattr(escalating, "insert_many", real)
    sweep(local(9, 10, 1))
    assert of_handling(first) == of_handling(second) == [2, 3, 4]
    assert steps(second).count("escalate") == 1 and list(escalations()) == []


def test_who_is_told_and_whose_list_it_stands_on(scene: Scene) -> None:
    case = scene.brought_to("handling")
    sweep(local(9, 10))
    case.refresh_from_db()

    def names(*tells: Tell) -> set[str]:
        return set(people_told(case, tells, scene.now).values_list("username", flat=True))

    assert names(Tell.HOLDER) == {"ben"} and names(Tell.BODY) == {"deng"}
    assert names(Tell.SUBDISTRICT) == {"hui"} and names(Tell.DUTY_CHIEF) == {"zhao"}
    assert names(Tell.SUPERVISOR) == {"zhao"}, "the town has no supervisor: the duty chief is told"
    assert names(Tell.DIRECTOR) == {"wen"}
    there = {"hui", "zhao", "deng"}
    for who in (*there, "wen", "ben", "dev"):
        held = held_roles(scene.cast[who], scene.day(0))[0]
        assert (case in box_cases(held, territory(held), Box.SUPERVISED)) is (who in there), who
    scene.now = local(9, 11)
    for who, move in (("ben", "finish"), ("deng", "confirm")):
        case = scene.make(case, who, move)
    assert Escalation.objects.filter(case=case).count() >= 3


def test_a_complaint_is_never_told_to_its_subject(scene: Scene) -> None:
    case = scene.report("conduct")
    case.complained_body = scene.town.bodies["office_liuan"]
    assert not people_told(case, [Tell.SUBDISTRICT], scene.now).filter(username="hui").exists()


def test_a_districts_own_ladder_is_read_and_a_wrong_one_named(scene: Scene, tmp_path: Path, settings: Any) -> None:
    mine = tmp_path / "900107.toml"
    mine.write_text(
        'clocks = ["handle"]\n[usual.late]\nafter = { value = 1, unit = "work_hour" }\ntells = ["director"]\n'
        '[urgent.late]\nafter = { value = 0, unit = "urgent_hour" }\ntells = ["director"]\n', "utf-8",
    )  # fmt: skip
    settings.GRIDWARD_LADDERS = str(tmp_path)
    case = scene.brought_to("handling")
    sweep(local(4, 16, 59))
    assert told(case) == [] and running(case, "handle").rung_at == local(4, 17)
    sweep(local(4, 17))
    assert told(case) == [("handle", Level.LATE)]
    own_ladders.cache_clear()
    mine.write_text("clocks = []", "utf-8")
    with pytest.raises(Exception, match=r"900107\.toml"):
        ladder_of("900107")
    own_ladders.cache_clear()


def test_the_page_says_who_was_told_and_who_is_next(scene: Scene, client_of: Any) -> None:
    case = scene.brought_to("handling")
    sweep(local(4, 16))
    browser = client_of("dev")
    browser.cookies["gridward_language"] = "en"
    with clock.standing_at(local(4, 16, 30)):
        page = browser.get(f"/cases/{case.number}/").content.decode()
    assert "Who is told, and when" in page and "will be told: the body&#x27;s own desk, Subdistrict leader" in page
    assert CaseClock.objects.filter(case=case, rung=Level.LATE).count() == 1

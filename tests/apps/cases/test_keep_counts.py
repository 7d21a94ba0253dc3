"""The kept counts say at every moment what the cases and their steps say, whoever adds them up and however it ends."""

import random
from collections import Counter
from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from gridward.cases import checks
from gridward.cases.actions import rollups
from gridward.cases.actions.book import HistoryBook
from gridward.cases.actions.bulk import write_history
from gridward.cases.actions.confirming import confirm_times
from gridward.cases.actions.naming import name_subject
from gridward.cases.actions.rollups import fold_deltas, fold_some
from gridward.cases.models import (
    Case,
    CaseStep,
    RollupCategoryMonth,
    RollupDelta,
    RollupDistrictMonth,
    RollupFlow,
    RollupGridMonth,
    RollupStock,
)
from gridward.cases.queries.counted import grid_keys
from gridward.districts.models import District
from gridward.work import clock
from tests.apps.cases.scene import DUPLICATES, LIUYIN_E, LIUYIN_W, RESIDENT, Scene, build_kinds
from tests.apps.cases.test_adopt_plan import adopted, merged, swapped
from tests.apps.cases.walking import walk
from tests.cast import build_cast
from tests.sessions import TwoSessions
from tests.tiers import TIER
from tests.town import build_town

ROUNDS, WALKS = (12, 8) if TIER == "full" else (2, 3)
HERE = ("--district", "900107")
SUMMED = (RollupStock, RollupFlow, RollupCategoryMonth, RollupGridMonth, RollupDistrictMonth)


def wrong() -> list[str]:
    return list(checks.rollups())


def total(fact: str) -> int:
    """Of a fact, in the days; the months must say the same."""
    sums = {sum(model.objects.values_list(fact, flat=True)) for model in SUMMED[1:]}
    assert len(sums) == 1, (fact, sums)
    return sums.pop()


@pytest.mark.long_transaction("adoption moves open work in its own transaction")
def test_after_any_history_the_counts_are_those_of_the_cases(scene: Scene) -> None:
    rng, plans = random.Random(11), [swapped, merged, swapped]
    for n in range(ROUNDS):
        lives = [walk(scene, rng)[0] for _ in range(WALKS)]
        assert wrong() == [] and RollupDelta.objects.exists(), "also while nothing is added up yet"
        _merge_reclassify_and_complain(scene)
        if n < len(plans):
            adopted(scene, plans[n](scene), scene.day(0))
            scene.later(hours=30)
        assert wrong() == []
        fold_deltas(at=scene.now)
        assert not RollupDelta.objects.exists() and wrong() == []
        again = [_anew(life, scene, rng) for life in lives]
        write_history(HistoryBook(District.objects.get(pk=scene.town.district.pk)), again, rng)
    assert wrong() == [] and fold_deltas(at=scene.now) and wrong() == []
    filed = Case.objects.filter(filed_at__isnull=False).count()
    assert total("reported") == Case.objects.count() == sum(RollupStock.objects.values_list("n", flat=True))
    assert (total("filed"), total("reopened") > 0, total("returned") > 0) == (filed, True, True)
    assert total("closed") == CaseStep.objects.filter(verb="cases.close").count()
    assert not RollupStock.objects.filter(n=0).exists()


def _anew(life: Any, scene: Scene, rng: random.Random) -> Any:
    """The same life told by another report."""
    life.report = scene.told(rng.choice(list(scene.kinds)), position=LIUYIN_W)
    life.moves = [one for one in life.moves if one[0] not in ("file", "self_handle")][:1]
    life.moves = [one for one in life.moves if one[0] in ("accept", "ask_verification", "supplement")]
    return life


def _merge_reclassify_and_complain(scene: Scene) -> None:
    """A merger that is taken back; a case filed as something else the second time; a complaint whose subject becomes
    known after it was filed; a closing that was told late.
    """
    first, second = scene.report(), scene.report()
    scene.move(second, "cleo", "merge", merged_into=first.pk)
    scene.make(second, RESIDENT, "ask_review")
    scene.make(second, "cai", "grant_review")
    case = scene.brought_to("pending_dispatch")
    scene.make(case, "dev", "return_to_acceptor")
    litter = scene.kinds["litter"]
    scene.later(hours=20)
    scene.move(case, "cleo", "file", category=litter.pk, filing_condition=scene.standard("litter").pk, **DUPLICATES)
    about = scene.report("conduct")
    scene.make(about, "cleo", "accept")
    body, by = scene.town.bodies["maintenance"].pk, scene.cast.actor("cleo")
    with clock.standing_at(scene.now):
        name_subject(case=about, body_id=body, by=by, at=scene.now)
    late = scene.brought_to("pending_close")
    closed_at = scene.now
    scene.later(hours=26)
    scene.move(late, "cai", "close", at=closed_at, **scene.fields(late, "close"))
    assert wrong() == []
    with clock.standing_at(scene.now):
        confirm_times(case=late, by=scene.cast.actor("zhao"), at=scene.now)


def test_a_complaint_about_a_body_is_counted_without_its_place(scene: Scene) -> None:
    about = scene.report("conduct")
    assert RollupDelta.objects.filter(grid_id__gt=0).exists()
    with clock.standing_at(scene.now):
        by = scene.cast.actor("cleo")
        name_subject(case=about, body_id=scene.town.bodies["maintenance"].pk, by=by, at=scene.now)
    fold_deltas(at=scene.now)
    for model in (RollupStock, RollupFlow, RollupGridMonth):
        assert set(model.objects.values_list("community_id", "grid_id")) == {(-1, -1)}
    assert wrong() == []


def test_a_step_writes_at_most_six_rows_of_change(scene: Scene) -> None:
    case, before = scene.brought_to("pending_close"), RollupDelta.objects.count()
    scene.make(case, "cai", "close")
    rows = list(RollupDelta.objects.order_by("pk").values_list("state", "n", "closed", "on_time"))[before:]
    assert sorted(rows) == [("", 0, 1, 1), ("closed", 1, 0, 0), ("pending_close", -1, 0, 0)]
    assert max(Counter(CaseStep.objects.values_list("case_id", flat=True)).values()) * 6 > RollupDelta.objects.count()


def test_adding_up_that_is_killed_changes_nothing_and_is_done_again(scene: Scene, monkeypatch: Any) -> None:
    scene.brought_to("handling")
    monkeypatch.setattr(rollups, "AT_ONCE", 4)
    waiting = RollupDelta.objects.count()
    add_up = rollups.add_up
    monkeypatch.setattr(rollups, "add_up", lambda sums: (add_up(sums), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        fold_some()
    assert RollupDelta.objects.count() == waiting and not RollupFlow.objects.exists() and wrong() == []
    monkeypatch.setattr(rollups, "add_up", add_up)
    assert fold_some() == 4 and wrong() == []
    assert fold_deltas(at=scene.now) == waiting - 4 and wrong() == []
    assert fold_deltas(at=scene.now) == 0


def test_several_who_add_up_at_once_count_nothing_twice_and_lose_nothing(
    two_sessions: TwoSessions, at: datetime, monkeypatch: Any
) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), at)
    scene.brought_to("handling")
    scene.brought_to("closed", kind="litter")
    monkeypatch.setattr(rollups, "AT_ONCE", 3)
    waiting = RollupDelta.objects.count()

    def fold() -> int:
        return fold_deltas(at=at)

    def go_on() -> Case:
        return scene.brought_to("pending_handle", position=LIUYIN_E)

    answers = two_sessions.at_once(fold, fold, go_on)
    assert not [answer for answer in answers if isinstance(answer, BaseException)], answers
    assert sum(answers[:2]) >= waiting
    assert wrong() == []
    fold_deltas(at=at)
    assert wrong() == [] and total("reported") == 3


def test_counts_that_went_wrong_are_named_and_put_right_where_work_goes_on(scene: Scene, capsys: Any) -> None:
    scene.brought_to("closed")
    fold_deltas(at=scene.now)
    call_command("rebuild_rollups", *HERE, "--verify")
    assert "一致" in capsys.readouterr().out
    RollupFlow.objects.filter(closed=1).update(closed=5)
    RollupCategoryMonth.objects.update(reported=0)
    RollupStock.objects.all().delete()
    scene.brought_to("handling")
    with pytest.raises(CommandError, match="5 "):
        call_command("rebuild_rollups", *HERE, "--verify")
    said = capsys.readouterr().out
    assert "fact=closed: -4" in said and "state=closed: +1" in said and "RollupCategoryMonth" in said
    assert len(wrong()) == 5
    call_command("rebuild_rollups", *HERE)
    told = capsys.readouterr()
    keys = len(grid_keys(scene.town.district.pk)) + 1
    assert "put right: " in told.out and f"{keys} / {keys}" in told.err
    assert wrong() == []
    fold_deltas(at=scene.now)
    assert wrong() == []


def test_the_migration_counts_the_cases_that_are_there(scene: Scene) -> None:
    scene.brought_to("closed")
    scene.report(position=None, community_id=scene.town.divisions["liuyin"].pk)
    for model in (*SUMMED, RollupDelta):
        model.objects.all().delete()
    assert wrong()
    count = import_module("gridward.cases.migrations.0009_counts_of_the_cases_there_are").count
    months = import_module("gridward.cases.migrations.0014_months_of_the_district").count
    count(apps, connection.schema_editor())
    months(apps, connection.schema_editor())
    assert wrong() == [] and total("closed") == 1
    count(apps, connection.schema_editor())
    assert wrong() == []

"""Full text: what is found by words of any length, by whom, how soon, and what must not be in it; on both databases."""

import io
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from gridward.accounts.queries import held_roles, territory
from gridward.audit.models import StepBody
from gridward.cases import checks
from gridward.cases.actions.searching import index_after, index_all, index_cases
from gridward.cases.actions.standards import change_category
from gridward.cases.models import Case, CaseStep, SearchText
from gridward.cases.queries import visible_cases
from gridward.cases.queries.searching import KIND, newest_found, saying
from gridward.core.actor import SYSTEM
from gridward.gpkg.fulltext import geopackage
from gridward.vault.actions import purge_body
from gridward.work import clock
from gridward.work.actions import claim_run, start_run
from gridward.work.collected import handler_name
from gridward.work.delivering import deliver_round
from gridward.work.models import Delivery
from gridward.work.reporting import Report
from tests.apps.cases.scene import LIUYIN_W, XINQIAO, Scene

pytestmark = pytest.mark.long_transaction("many cases are made within the test's own transaction")
IS_GEOPACKAGE = connection.vendor == "sqlite"


def deliver(scene: Scene) -> None:
    with clock.standing_at(scene.later(seconds=1)):
        while deliver_round():
            pass


def numbers(words: str, most: int = 50) -> list[str]:
    pks = newest_found(Case.objects.all(), words, most)
    numbered = dict(Case.objects.filter(pk__in=pks).values_list("pk", "number"))
    return [numbered[pk] for pk in pks]


@pytest.fixture
def three(scene: Scene) -> list[str]:
    """The numbers of three cases; the newest is last."""
    first = scene.report(place="新桥路12号楼A座", description="井盖松动，一踩就响。")
    scene.later(minutes=1)
    second = scene.report("litter", place="柳荫巷口", description="路灯杆下有三袋垃圾，㙍子里也有。", position=LIUYIN_W)
    scene.later(minutes=1)
    third = scene.report("meal", place="Ｋ23 书店", description="老人想订餐，电话13812345678，身份证430102199001011234",
                         position=XINQIAO)  # fmt: skip
    deliver(scene)
    return [first.number, second.number, third.number]


def test_words_of_any_length_find_the_newest_first(scene: Scene, three: list[str]) -> None:
    first, second, third = three
    asked = {
        "灯": [second, first], "㙍": [second], "路灯": [second, first], "井盖松": [first], "一踩就响": [first],
        "井盖 12号楼": [first], "12号楼a座": [first], "A座": [first], "k23": [third], "书店": [third], "订餐": [third],
        "三袋垃圾": [second], "袋三": [], "盖井": [], "2号楼": [], "井盖 垃圾": [], "灯 垃圾": [second],
        "lamp OUT": [first], "暴露垃圾": [second], first: [first], third[6:]: [third], second[-5:]: [second], "": [],
    }  # fmt: skip
    for words, found in asked.items():
        assert numbers(words) == found, words
        assert set(saying(Case.objects.all(), words).values_list("number", flat=True)) == set(found), words
    assert numbers("灯", 1) == [second]


def test_whatever_leads_the_same_is_found(scene: Scene, three: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geopackage, "ALWAYS", 0)
    assert numbers("灯") == three[1::-1] and numbers("灯", 1) == three[1:2]
    monkeypatch.setattr(geopackage, "FEW", 1)  # the rows are more than that: the index leads
    assert numbers("灯") == three[1::-1]


def test_numbers_of_people_and_who_reported_are_not_in_it(scene: Scene, three: list[str]) -> None:
    for words in ("13812345678", "1381234", "430102199001011234", "安丽华", "13800000001"):
        assert numbers(words) == [], words
    raw = "".join(str(row) for row in SearchText.objects.values_list("words", flat=True))
    assert "订" in raw and not any(secret in raw for secret in ("138", "4301021990", "丽华"))


def test_a_case_is_found_by_what_its_steps_say_within_one_round(scene: Scene, three: list[str]) -> None:
    case = Case.objects.get(number=three[0])
    for (state, who, move), word in zip(Scene.ROAD, ["", "", "", "", "修好", "", "", "", "谢谢"], strict=True):
        case = scene.make(case, who, move)
        assert case.state == state
        assert numbers(word) == []
        deliver(scene)
        assert not word or numbers(word) == [three[0]], move
    scene.move(Case.objects.get(number=three[1]), "cleo", "supplement", text="灯杆也歪了，请再看看。")
    deliver(scene)
    assert numbers("灯杆也歪") == [three[1]]
    assert list(checks.search()) == []


def test_a_changed_category_is_found_by_its_new_name(scene: Scene, three: list[str]) -> None:
    case = scene.make(Case.objects.get(number=three[0]), "cleo", "accept")
    litter = scene.kinds["litter"]
    scene.move(case, "cleo", "file", category=litter.pk, filing_condition=scene.standard("litter").pk,
               duplicates_checked=True)  # fmt: skip
    deliver(scene)
    assert numbers("暴露垃圾") == three[1::-1] and numbers("路灯不亮") == []


def test_a_category_that_is_called_otherwise_is_found_by_its_new_name(scene: Scene, three: list[str]) -> None:
    with clock.standing_at(scene.later(minutes=1)):
        change_category(category=scene.kinds["meal"], changes={"public_zh": "老人助餐"}, by=scene.cast.actor("sun"),
                        at=scene.now)  # fmt: skip
        assert claim_run(at=scene.now) is None
        deliver(scene)
        run = claim_run(at=scene.now)
        assert run is not None and numbers("老人助餐") == []
        index_all(Report(run))
    run.refresh_from_db()
    assert numbers("老人助餐") == three[2:] and run.total == 1


def test_what_was_purged_is_found_no_more(scene: Scene, three: list[str]) -> None:
    case = scene.move(Case.objects.get(number=three[0]), "cleo", "supplement", text="门牌是绿漆的。")
    deliver(scene)
    assert numbers("绿漆") == [three[0]]
    step = CaseStep.objects.get(case=case, verb="cases.supplement")
    with clock.standing_at(scene.later(minutes=1)):
        purge_body(step=step, reason="retention", by=SYSTEM, at=scene.now)
    deliver(scene)
    assert numbers("绿漆") == [] and numbers("井盖") == [three[0]] and not StepBody.objects.filter(step_id=step.pk)


def test_everybody_finds_what_they_see(scene: Scene, three: list[str], client_of: Callable[[str], Client]) -> None:
    first, second, third = three
    sees = {"cleo": three, "gao": [second], "eva": [first], "lin": [first, second], "finn": [], "deng": []}
    for name, seen in sees.items():
        held = held_roles(scene.cast[name], scene.day(0))[0]
        rows = visible_cases(held, territory(held))
        found = {number for word in ("灯", "书店") for number in
                 Case.objects.filter(pk__in=newest_found(rows, word, 9)).values_list("number", flat=True)}  # fmt: skip
        assert found == set(seen), name
    page = client_of("gao").get("/cases/", {"q": "路灯", "condition": "all"}).content.decode()
    assert second in page and first not in page
    features = client_of("lin").get("/cases/features.json", {"q": "路灯"}).content.decode()
    assert second in features and first in features and third not in features
    assert client_of("lin").get("/cases/", {"q": first}).headers["Location"].endswith(f"/cases/{first}/")


def test_indexing_again_changes_nothing(scene: Scene, three: list[str]) -> None:
    pks = list(Case.objects.values_list("pk", flat=True))
    assert index_cases(pks) == 0
    indexed = Delivery.objects.filter(state="done", handler=handler_name(index_after))
    assert len(pks) == indexed.count() == 3
    deliver(scene)
    assert numbers("路灯") == three[1::-1]


def test_the_index_is_made_anew_and_compared(scene: Scene, three: list[str]) -> None:
    assert list(checks.search()) == []
    SearchText.objects.filter(case__number=three[0]).delete()
    assert list(checks.search()) == three[:1]
    SearchText.objects.filter(case__number=three[1]).update(newness=5)
    assert list(checks.search()) == three[:2]
    call_command("rebuild_search", stdout=io.StringIO())
    assert list(checks.search()) == [] and numbers("路灯") == three[1::-1] and numbers("12号楼") == three[:1]
    with clock.standing_at(scene.now):
        start_run(district_id=scene.town.district.pk, kind=KIND, arguments={}, by=SYSTEM, at=scene.now)
        SearchText.objects.filter(case__number=three[0]).update(newness=5)
        assert list(checks.search()) == []  # cases that a run is still to index
        run = claim_run(at=scene.now)
        assert run is not None
        index_all(Report(run))
    run.refresh_from_db()
    assert (run.progress, run.total, run.cursor["done"]) == (3, 3, 3)
    run.state = run.State.DONE
    run.save()
    assert list(checks.search()) == []


@pytest.mark.skipif(not IS_GEOPACKAGE, reason="of the file")
def test_the_file_stays_sound_and_shows_no_words(scene: Scene, three: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
        cursor.execute("INSERT INTO cases_searchtext_words(cases_searchtext_words) VALUES ('integrity-check')")
        cursor.execute("SELECT table_name FROM gpkg_contents")
        assert not [name for (name,) in cursor.fetchall() if "search" in name]
    assert [name for name in connection.introspection.table_names() if "search" in name] == ["cases_searchtext"]

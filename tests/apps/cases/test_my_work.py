"""我的工作: what stands in which box, for whom, in which order; and what leaves it again."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from gridward.accounts.models import Grant
from gridward.cases.models import Case
from gridward.cases.queries import worklist
from gridward.work import clock
from tests.apps.cases.scene import XINQIAO, Scene
from tests.town import SINCE


def numbers(client: Client, box: str = "todo") -> list[str]:
    """The case numbers of a box, in the order of the page."""
    page = client.get(f"/work/?box={box}")
    assert page.status_code == 200
    return re.findall(r'class="small dim code">(\d{19})<', page.content.decode())


def count(client: Client, box: str) -> int:
    page = client.get("/work/").content.decode()
    found = re.search(rf'href="\?box={box}"[^>]*>[^<]*<span class="num">([\d,]+)', page)
    assert found
    return int(found[1].replace(",", ""))


def test_each_move_hands_the_case_from_box_to_box(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.report()
    hands = {"reported": "cleo", "pending_filing": "cleo", "pending_dispatch": "dev", "pending_handle": "deng",
             "handling": "ben", "handled": "deng", "feedback": "cleo", "inspection": "eva",
             "pending_close": "cai"}  # fmt: skip
    clients = {who: client_of(who) for who in ("cleo", "cai", "dev", "deng", "ben", "eva", "gao", "wen", "ivy")}
    roads = dict(zip(hands, [(who, move) for _, who, move in scene.ROAD], strict=True))
    for state, holder in hands.items():
        case.refresh_from_db()
        assert case.state == state
        with clock.standing_at(scene.now):
            assert numbers(clients[holder]) == [case.number], (state, holder)
            for who in {"dev", "deng", "ben", "gao", "wen", "ivy"} - {holder}:
                assert numbers(clients[who]) == [], (state, who)
        scene.make(case, *roads[state])
    with clock.standing_at(scene.now):
        assert [numbers(client) for client in clients.values()] == [[]] * len(clients)
        assert {who: numbers(clients[who], "done") for who in ("dev", "deng", "ben", "eva", "cai")} == {
            who: [case.number] for who in ("dev", "deng", "ben", "eva", "cai")
        }
        assert numbers(clients["gao"], "done") == numbers(clients["wen"], "done") == []


def test_who_is_asked_by_name_has_it_and_nobody_else(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.brought_to("feedback")
    scene.move(case, "cleo", "ask_inspection", inspector=scene.cast["gao"].pk)
    assert numbers(client_of("gao")) == [case.number]
    assert numbers(client_of("eva")) == numbers(client_of("lin")) == []


def test_watching_ends_as_it_began_and_the_box_follows_the_right_to_see(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, lin = scene.report(), client_of("lin")
    for on, seen in (("1", [case.number]), ("1", [case.number]), ("0", []), ("1", [case.number])):
        lin.post(f"/cases/{case.number}/watch/", {"on": on})
        assert numbers(lin, "watched") == seen and count(lin, "watched") == len(seen)
    Case.objects.update(complained_body=scene.town.bodies["committee_liuyin"])
    assert numbers(lin, "watched") == [] and count(lin, "watched") == 0


def test_the_next_due_comes_first_and_what_is_finished_the_newest_first(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    cases = []
    for minutes in (0, 3, 6):
        scene.later(minutes=minutes)
        cases.append(scene.report())
    Case.objects.filter(pk=cases[1].pk).update(due_at=scene.now - timedelta(hours=1))
    expected = [cases[1].number, cases[0].number, cases[2].number]
    assert numbers(client_of("cleo")) == expected
    for case in cases:
        scene.make(case, "cleo", "accept")
    assert numbers(client_of("cleo"), "done") == [case.number for case in reversed(cases)]


def test_the_box_is_that_of_the_role_one_acts_in(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, liuan = scene.report(position=XINQIAO), scene.town.bodies["office_liuan"]
    Grant.objects.create(
        district=scene.town.district, user=scene.cast["cleo"], role="subdistrict_leader", body=liuan,
        scope=f"area:{scene.town.divisions['liuan'].pk}", valid_from=SINCE, recorded_at=scene.now,
    )  # fmt: skip
    cleo = client_of("cleo")
    assert numbers(cleo) == [case.number]
    cleo.post("/accounts/role/", {"role": f"subdistrict_leader:{liuan.pk}", "next": "/work/"})
    assert numbers(cleo) == []


@pytest.mark.parametrize("who", ["sun", "nie", "ivy", "pan", "finn"])
def test_who_sees_no_cases_has_an_empty_page(scene: Scene, client_of: Callable[[str], Client], who: str) -> None:
    scene.brought_to("handling")
    client = client_of(who)
    assert [numbers(client, box) for box in ("todo", "done", "supervised", "started", "watched")] == [[]] * 5
    assert numbers(client, "nonsense") == []


def test_a_count_stops_above_the_cap(
    scene: Scene, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "CAP", 1)
    for _ in range(3):
        scene.report()
    assert count(client_of("cleo"), "todo") == 2 and len(numbers(client_of("cleo"))) == 3


def test_what_a_case_is_about_stands_in_the_readers_language(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, client = scene.report(place="柳荫巷"), client_of("cleo")
    titles = {"zh-hans": f"{case.category.public_zh}，柳荫巷", "en": f"{case.category.public_en}, 柳荫巷"}
    for language, title in titles.items():
        client.cookies["gridward_language"] = language
        assert title in client.get("/work/").content.decode()

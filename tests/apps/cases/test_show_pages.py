"""Every page of cases answers in both languages, for every state and every move on offer, without script."""

import re
from collections.abc import Callable
from itertools import cycle, product

import pytest
from django.test import Client

from gridward.cases.actions.searching import index_cases
from gridward.core.workflow.parse import load
from tests.apps.cases.scene import Scene
from tests.apps.cases.test_move_case import OPEN, brought
from tests.tiers import TIER

TABLE = load()
STATES, SHOWN = (*OPEN, "closed"), {"pending_filing", "pending_dispatch", "handling", "inspection", "closed"}
PEOPLE, LANGUAGES = ("cleo", "dev", "deng", "zhao", "eva"), ("zh-hans", "en")


@pytest.mark.parametrize(
    "state", [state if state in SHOWN else pytest.param(state, marks=pytest.mark.full) for state in STATES]
)
def test_a_case_shows_in_every_state_with_the_forms_of_its_moves(
    scene: Scene, client_of: Callable[[str], Client], state: str
) -> None:
    """In the fast tier each form is drawn once, for the first who is offered it; in the full one for everybody."""
    case, drawn = scene.brought_to("closed") if state == "closed" else brought(scene, state), set[str]()
    for who, language in product(PEOPLE, LANGUAGES) if TIER == "full" else zip(PEOPLE, cycle(LANGUAGES), strict=False):
        client = client_of(who)
        client.cookies["django_language"] = language
        page = client.get(f"/cases/{case.number}/")
        if page.status_code == 404:
            continue
        offered = set(re.findall(r'href="(/cases/\d+/moves/\w+/)"', page.content.decode()))
        for address in offered if TIER == "full" else offered - drawn:
            form = client.get(address)
            assert form.status_code == 200 and "<form" in form.content.decode(), address
        drawn |= offered
        assert client.get(f"/cases/{case.number}/print/").status_code == 200


def test_a_move_is_made_by_its_form_and_a_double_click_is_one_step(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, client = scene.report(), client_of("cleo")
    form = client.get(f"/cases/{case.number}/moves/accept/").context["form"]
    sent = {name: form[name].value() for name in ("action_uuid", "seen_n", "category")}
    for _ in range(2):
        assert client.post(f"/cases/{case.number}/moves/accept/", sent).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.step_n) == ("pending_filing", 2)


def test_who_is_second_reads_what_happened_and_keeps_the_text(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, client = scene.report(), client_of("cai")
    form = client.get(f"/cases/{case.number}/moves/refuse/").context["form"]
    scene.make(case, "cleo", "accept")
    sent = {
        "action_uuid": form["action_uuid"].value(),
        "seen_n": "1",
        "reason": "不归本区管，写了很长的理由",
        "destination": "邻区",
    }
    answer = client.post(f"/cases/{case.number}/moves/refuse/", sent)
    text = answer.content.decode()
    assert answer.status_code == 409 and "不归本区管，写了很长的理由" in text and "受理" in text


def test_a_category_is_found_by_a_word_and_choosing_it_shows_its_conditions(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, client = scene.brought_to("pending_filing"), client_of("cleo")
    address = f"/cases/{case.number}/moves/file/"
    looked = client.post(address, {"find": "塌陷", "_review": "1", "category": case.category_id})
    text = looked.content.decode()
    assert looked.status_code == 200 and "路面塌陷" in text and "助餐" not in text
    chosen = client.post(address, {"category": scene.kinds["pothole"].pk, "_review": "1"})
    conditions = [str(pk) for pk, _ in chosen.context["form"].fields["filing_condition"].choices if pk]
    assert conditions == [str(scene.standard("pothole").pk)]
    case.refresh_from_db()
    assert case.category == scene.kinds["lamp"] and case.state == "pending_filing"


@pytest.mark.parametrize("field", ["category", "filing_condition"])
def test_a_forged_choice_is_said_in_the_form(scene: Scene, client_of: Callable[[str], Client], field: str) -> None:
    case = scene.brought_to("pending_filing")
    sent = {"category": case.category_id, "filing_condition": scene.standard("lamp").pk, "duplicates_checked": "on",
            "action_uuid": "0" * 32, "seen_n": "2", field: "424242"}  # fmt: skip
    answer = client_of("cleo").post(f"/cases/{case.number}/moves/file/", sent)
    case.refresh_from_db()
    assert answer.status_code == 422 and case.state == "pending_filing"


def test_a_move_that_is_not_in_the_table_or_is_no_form_is_not_there(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case = scene.report()
    for move in ("submit", "nothing", "__class__"):
        assert client_of("cleo").get(f"/cases/{case.number}/moves/{move}/").status_code == 404


def test_the_picture_of_the_workflow_shows_every_state_and_move(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    text = client_of("cleo").get("/cases/workflow/").content.decode()
    assert all(f'id="state-{code}"' in text for code in TABLE.states)
    assert all(move.zh in text for move in TABLE.moves.values() if move.targets)
    assert client_of("ada").get("/cases/workflow/").status_code == 302


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("cleo", {"/overview/", "/cases/", "/cases/new/", "/work/"}),
        ("ben", {"/cases/", "/work/"}),
        ("sun", {"/cases/categories/", "/work/"}),
    ],
)
def test_the_menu_fits_the_role(scene: Scene, client_of: Callable[[str], Client], who: str, sees: set[str]) -> None:
    text = client_of(who).get("/work/").content.decode()
    menu = set(re.findall(r'<a href="(/[a-z/]*)"', text.split("<main")[0]))
    ours = {"/overview/", "/cases/", "/cases/new/", "/work/", "/cases/categories/"}
    assert menu & ours == sees
    assert ('role="search"' in text) == ("/cases/" in sees), "the search leads to the cases"


def test_who_works_here_keeps_the_menu_on_a_page_that_is_not_there(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    answer = client_of("cleo").get("/cases/0000000000000000000/")
    menu, page = answer.content.decode().split("<main")
    assert answer.status_code == 404 and 'href="/cases/new/"' in menu and 'class="btn" href="/work/"' in page
    menu, page = Client().get("/nowhere/").content.decode().split("<main")
    assert 'href="/cases/new/"' not in menu and 'class="btn" href="/"' in page


def test_an_overview_without_open_cases_says_so_in_a_sentence(scene: Scene, client_of: Callable[[str], Client]) -> None:
    sentence = "眼下都没有未结案卷"
    assert sentence in client_of("wen").get("/overview/").content.decode()
    scene.report()
    assert sentence not in client_of("wen").get("/overview/").content.decode()


def test_the_search_of_the_shell_leads_to_the_list(scene: Scene, client_of: Callable[[str], Client]) -> None:
    index_cases([scene.report(place="老樟树下").pk])
    text = client_of("cleo").get("/work/").content.decode()
    assert 'action="/cases/"' in text
    assert "老樟树下" in client_of("cleo").get("/cases/?q=樟树").content.decode()


def test_the_derivation_of_a_limit_says_hours_and_minutes(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.brought_to("pending_handle")
    assert "工作时间 13 小时 45 分" in client_of("cleo").get(f"/cases/{case.number}/").content.decode()


def test_supervision_is_answered_only_where_there_is_one(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, answer = scene.brought_to("handling"), "/moves/reply_supervision/"
    assert answer not in client_of("deng").get(f"/cases/{case.number}/").content.decode()
    scene.make(case, "hui", "supervise")
    assert answer in client_of("deng").get(f"/cases/{case.number}/").content.decode()

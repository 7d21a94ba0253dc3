"""A broken rule is spoken to whoever asked, in the form they read."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.web.doors")]


def test_a_reader_gets_a_page_in_their_language(client: Client) -> None:
    answer = client.get("/refuse/")
    assert answer.status_code == 409
    assert "流程表 t 里没有状态“s”。" in answer.content.decode()


def test_english_where_it_was_chosen(client: Client) -> None:
    client.cookies["gridward_language"] = "en"
    assert "The workflow table t has no state" in client.get("/refuse/").content.decode()


def test_a_program_gets_code_and_sentence(client: Client) -> None:
    answer = client.get("/refuse/", HTTP_ACCEPT="application/json")
    assert answer.status_code == 409
    assert answer.json()["code"] == "workflow.unknown_state"
    assert answer.json()["sentence"].startswith("流程表 t")


def test_a_swapped_part_gets_a_fragment_for_the_notices(client: Client) -> None:
    answer = client.get("/refuse/", HTTP_HX_REQUEST="true")
    assert answer.headers["HX-Retarget"] == "#notices"
    assert answer.content.decode().startswith('<p class="note refused" role="alert">')


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5000])
def test_impossible_input_is_answered_and_not_followed(client: Client, query: str) -> None:
    answer = client.get(f"/refuse/?{query}")
    assert answer.status_code == 400
    assert "网址" in answer.content.decode()


def test_a_long_but_sensible_filter_passes(client: Client) -> None:
    assert client.get("/specimen/?q=" + "x" * 2000).status_code == 200


def test_where_only_a_form_goes_to_a_visitor_reads_a_sentence(client: Client) -> None:
    answer = client.get("/choose/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "这个网址只接收表单" in answer.content.decode()
    assert client.get("/choose/", HTTP_ACCEPT="application/json").json()["sentence"].startswith("这个网址")


def test_the_way_back_leads_to_the_page_that_led_here_and_never_to_another_site(client: Client) -> None:
    ours = client.get("/refuse/", HTTP_REFERER="http://testserver/specimen/?q=1").content.decode()
    assert 'href="http://testserver/specimen/?q=1"' in ours
    assert "elsewhere.example" not in client.get("/refuse/", HTTP_REFERER="http://elsewhere.example/").content.decode()

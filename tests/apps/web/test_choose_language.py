"""Language, theme and text size are the reader's choice and need no script."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from gridward.web.context import Shell

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.web.doors")]


def page(client: Client, **headers: str) -> str:
    return client.get("/specimen/", **headers).content.decode()


def test_chinese_comes_first(client: Client) -> None:
    assert '<html lang="zh-Hans" data-bs-theme="light">' in page(client)


def test_a_browser_that_reads_no_chinese_gets_english(client: Client) -> None:
    assert '<html lang="en"' in page(client, HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.8,de;q=0.5")
    assert '<html lang="zh-Hans"' in page(client, HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.8,zh;q=0.5")
    assert '<html lang="zh-Hans"' in page(client, HTTP_ACCEPT_LANGUAGE="fr")


def test_a_choice_is_kept_and_leads_back(client: Client) -> None:
    answer = client.post("/choose/", {"language": "en", "theme": "dark", "text_size": "large", "next": "/specimen/"})
    assert answer.headers["Location"] == "/specimen/"
    assert '<html lang="en" data-bs-theme="dark" data-text="large">' in page(client)


def test_residents_choose_light_or_dark_beside_language_and_text_size() -> None:
    for chosen, offered, called in (("light", "dark", "深色"), ("dark", "light", "浅色")):
        request = RequestFactory().get("/")
        request.theme = chosen  # as the middleware reads it from the cookie
        with translation.override("zh-hans"):
            told = render_to_string("web/public.html", {"shell": Shell(request)}, request)
        assert f'name="theme" value="{offered}">{called}</button>' in told
        assert told.index('name="text_size"') < told.index('name="theme"') < told.index("</form>")


def test_a_choice_never_leads_away(client: Client) -> None:
    answer = client.post("/choose/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_an_unknown_choice_is_ignored(client: Client) -> None:
    answer = client.post("/choose/", {"language": "tlh", "theme": "neon"})
    assert not answer.cookies


def test_looking_changes_nothing(client: Client) -> None:
    assert client.get("/choose/?theme=dark").status_code == 405

"""What was written in a form outlives the session, in the reader's browser and nowhere else."""

import re
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client

from gridward.web import kept

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.web.doors")]
HERE = {"HTTP_ORIGIN": "http://testserver"}
WORDS = {"words": "井盖坏了，晚上看不见", "answer_by": "counter", "password": "never",
         "csrfmiddlewaretoken": "never"}  # fmt: skip


def token_in(page: str) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', page)
    assert found is not None
    return unescape(found[1])


def test_a_form_sent_without_a_session_keeps_its_words(client: Client) -> None:
    answer = client.post("/note/?from=list", WORDS, **HERE)
    assert answer.status_code == 401
    shown = client.post("/kept/", {"kept": token_in(answer.content.decode())}).content.decode()
    assert '<p class="note pre">井盖坏了，晚上看不见</p>' in shown
    assert 'action="/note/?from=list"' in shown and 'value="counter"' in shown and "counter</p>" not in shown
    assert "never" not in shown
    assert Session.objects.count() == 0


def test_the_form_can_be_looked_over_before_it_is_sent(client_of, cast) -> None:  # type: ignore[no-untyped-def]
    dev = client_of("dev")
    looked = dev.post("/note/", {"words": "井盖坏了", "_review": "1"}).content.decode()
    assert 'value="井盖坏了"' in looked and "wrong" not in looked
    assert dev.post("/note/", {"words": "井盖坏了"}).content.decode() == "written"


def test_another_sites_form_is_not_kept(client: Client) -> None:
    answer = client.post("/note/", WORDS, HTTP_ORIGIN="https://elsewhere.example")
    assert answer.status_code == 302
    assert "kept" not in answer.content.decode()


def test_a_stale_form_keeps_its_words() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/open-note/", {"words": "井盖坏了，晚上看不见"}, **HERE)
    assert answer.status_code == 403
    shown = strict.post("/kept/", {"kept": token_in(answer.content.decode())}).content.decode()
    assert "井盖坏了，晚上看不见" in shown and "csrfmiddlewaretoken" in shown


@pytest.mark.parametrize("token", ["", "nonsense", signing.dumps({"path": "/", "fields": [], "files": False})])
def test_a_forged_text_is_refused(client: Client, token: str) -> None:
    assert client.post("/kept/", {"kept": token}).status_code == 400


def test_words_are_kept_twelve_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    content = {"path": "/note/", "fields": [["words", "a"]], "files": False}
    token = signing.dumps(content, salt=kept.SALT, compress=True)
    assert kept.read(token) is not None
    monkeypatch.setattr(kept, "HOLDS_S", -1)
    assert kept.read(token) is None


def test_a_part_of_a_page_without_a_session_never_holds_a_page_of_its_own(client: Client) -> None:
    """The whole page says what was kept, or goes to sign in and comes back to itself."""
    sent = client.post("/note/", WORDS, headers={"HX-Request": "true"}, **HERE)
    assert sent.status_code == 401 and sent.headers["HX-Retarget"] == sent.headers["HX-Reselect"] == "main"
    asked = client.get("/note/", headers={"HX-Request": "true", "HX-Current-URL": "http://here/grids/designs/1/?a=b"})
    assert asked.headers["HX-Redirect"].endswith("?next=%2Fgrids%2Fdesigns%2F1%2F%3Fa%3Db")

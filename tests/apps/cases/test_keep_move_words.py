"""A sign-in that ended in the middle of a move: what was written is there again after signing in."""

import re
from collections.abc import Callable
from html import unescape

from django.test import Client

from gridward.cases.models import Case
from tests.apps.cases.scene import Scene
from tests.cast import PASSWORD

WORDS = "不归本区管，理由写了很长一段，舍不得再写一遍"


def test_the_words_of_a_move_outlive_the_sign_in(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, cleo = scene.report(), client_of("cleo")
    address = f"/cases/{case.number}/moves/refuse/"
    form = cleo.get(address).context["form"]
    sent = {"action_uuid": form["action_uuid"].value(), "seen_n": "1", "reason": WORDS, "destination": "邻区"}
    cleo.session.flush()
    ended = cleo.post(address, sent, HTTP_ORIGIN="http://testserver")
    assert ended.status_code == 401 and Case.objects.get().state == "reported"
    token = unescape(re.findall(r'name="kept" value="([^"]+)"', ended.content.decode())[0])
    cleo.post("/accounts/login/", {"login": "cleo", "password": PASSWORD})
    again = cleo.post("/kept/", {"kept": token}).content.decode()
    assert WORDS in again and f'action="{address}"' in again
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', again))
    assert {name: unescape(fields[name]) for name in sent} == {name: str(value) for name, value in sent.items()}
    assert cleo.post(address, fields).status_code == 302 and Case.objects.get().state == "not_accepted"

"""逐件办理: one case after another is filed and sent, by the same moves as anywhere, and nothing is lost on the way."""

import re
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils.html import escape

from gridward.cases.models import Case
from gridward.core.errors import catalogue
from tests.apps.cases.scene import Scene, steps

DESK = "/cases/triage/"


def offered(page: Any) -> dict[str, str]:
    """What the form of the case in hand would send as it stands, the tick made."""
    html = page.content.decode()
    form = html[html.index('class="card triage"') :].split("</form>")[0]
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    for name, rows in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        found[name] = next(iter(re.findall(r'value="(\d+)" selected', rows)), "")
    return found | {"duplicates_checked": "on"}


def test_a_case_is_filed_and_sent_with_one_press_each_and_the_next_one_comes(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    first = scene.report()
    scene.later(minutes=1)
    second = scene.report("litter")
    cleo, dev, zhao = client_of("cleo"), client_of("dev"), client_of("zhao")
    page = cleo.get(DESK)
    shown = page.content.decode()
    assert first.number in shown and first.description in shown and scene.town.bodies["maintenance"].name_zh in shown
    assert 'data-key="Enter"' in shown and re.search(r'name="duplicates_checked"[^>]*autofocus', shown)
    answer = cleo.post(DESK, offered(page))
    assert answer.headers["Location"] == f"{DESK}?case={second.number}&done={first.number}"
    assert steps(first) == ["submit", "accept", "file"]
    after = cleo.get(answer.headers["Location"]).content.decode()
    assert second.description in after and "/moves/ask_void/" in after and 'data-key="u"' in after
    waits = dev.get(DESK)
    assert re.search(r'data-key="Enter"[^>]*autofocus', waits.content.decode()), "all is proposed: Enter sends"
    answer = dev.post(DESK, offered(waits))
    assert Case.objects.get(pk=first.pk).state == "pending_handle" and "case=" not in answer.headers["Location"]
    assert first.number in dev.get(answer.headers["Location"]).content.decode()
    page = zhao.get(DESK)
    answer = zhao.post(DESK, offered(page))
    assert f"case={second.number}&" in answer.headers["Location"], "who may send it too keeps it in hand"
    zhao.post(DESK, offered(zhao.get(answer.headers["Location"])))
    assert steps(second) == ["submit", "accept", "file", "dispatch"]
    assert zhao.get(DESK).status_code == cleo.get(DESK).status_code == 200


def test_nothing_is_lost_when_a_colleague_was_faster(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, other = scene.brought_to("pending_dispatch"), scene.brought_to("pending_dispatch")
    dev, zhao = client_of("dev"), client_of("zhao")
    sent = offered(dev.get(f"{DESK}?case={case.number}")) | {"words": "灯杆也歪了，请一起看"}
    sent["body"] = str(scene.town.bodies["office_liuan"].pk)
    zhao.post(DESK, offered(zhao.get(f"{DESK}?case={case.number}")))
    answer = dev.post(DESK, sent)
    page = answer.content.decode()
    faster = catalogue()["case.somebody_was_faster"].zh.split("{", maxsplit=1)[0]
    assert answer.status_code == 409 and faster in page
    assert escape(sent["words"]) in page and f'value="{sent["body"]}" selected' in page
    assert 'data-key="Enter"' not in page and steps(case)[-1] == "dispatch" and len(steps(case)) == 4
    gone = dev.get(f"{DESK}?case={case.number}")
    assert gone.headers["Location"] == DESK and other.number in dev.get(DESK).content.decode()


def test_a_press_that_cannot_be_leaves_the_case_whole(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.report("conduct")
    cleo = client_of("cleo")
    sent = offered(cleo.get(DESK))
    answer = cleo.post(DESK, sent)
    assert answer.status_code == 409 and steps(case) == ["submit"], "neither accepted nor filed"
    untold = cleo.post(DESK, {name: text for name, text in sent.items() if name != "duplicates_checked"})
    assert untold.status_code == 422
    looked = cleo.post(DESK, sent | {"_review": "1", "category": str(scene.kinds["meal"].pk)})
    assert looked.status_code == 200 and steps(case) == ["submit"]
    assert f'value="{scene.standard("meal").pk}"' in looked.content.decode()
    for name in ("deng", "eva", "lin", "finn"):
        assert client_of(name).get(DESK).status_code == (200 if name == "finn" else 404)
    assert client_of("finn").post(DESK, sent).status_code == 404
    assert cleo.post(DESK, sent | {"move": "close"}).status_code == 404

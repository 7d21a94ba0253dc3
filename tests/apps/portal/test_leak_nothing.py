"""Names and numbers that residents and staff type in stand on no page but the one that opens them, and in no address,
export, log line, delivery, session or file on the disk.
"""

import logging
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from gridward.cases.models import Case, Category, Contact
from gridward.work import clock
from gridward.work.runner import work_off
from tests.apps.cases.scene import LIUYIN_E, Scene, build_kinds
from tests.apps.cases.test_seal_reporter import cells
from tests.apps.portal.door import AT, Door
from tests.cast import build_cast
from tests.conftest import WEDNESDAY
from tests.planted import planted_in, spellings
from tests.sessions import TwoSessions
from tests.town import build_town

NAME, PHONE = "玄武岩澜", "15912345678"
TEXTS = (NAME, PHONE)
STAFF = (
    "/cases/?condition=all", "/cases/{n}/", "/cases/{n}/print/", "/cases/{n}/slip/", "/cases/export.csv?condition=all",
    "/cases/features.json?condition=all", "/overview/", "/work/?box=started", "/progress/?code={code}",
)  # fmt: skip


def everything_of(answer: HttpResponse) -> str:
    """Words, headers and cookies of an answer."""
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode() + str(answer.headers) + str(answer.cookies)


@pytest.mark.django_db(transaction=True)
def test_what_is_typed_into_a_door_lies_nowhere_in_clear(
    two_sessions: TwoSessions, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), WEDNESDAY)
    Category.objects.update(is_public=True)
    caplog.set_level(logging.INFO)
    cleo, door = Client(), Door(scene)
    cleo.force_login(scene.cast["cleo"], backend="gridward.accounts.backends.PersonBackend")
    with clock.standing_at(scene.now):
        sent = door.report(last={"phone": PHONE, "name": NAME, "answer_by": "phone"})
        form = cleo.get("/cases/new/").context["form"]
        told = {
            "channel": "phone", "category": scene.kinds["lamp"].pk, "description": "巷口的灯不亮了", "name": NAME,
            "position": AT.format(*LIUYIN_E), "phone": PHONE, "answer_by": "phone", "sealed": form["sealed"].value(),
        }  # fmt: skip
        wrong = cleo.post("/cases/new/", told | {"category": "0"})
        assert wrong.status_code == 422 and PHONE in wrong.content.decode(), "kept in the form that was not sent"
        told_in = cleo.post("/cases/new/", told)
        ended = Client().post("/cases/new/", told, HTTP_ORIGIN="http://testserver")
        assert (told_in.status_code, ended.status_code) == (302, 401)
        cleo.get("/cases/", {"q": PHONE})
        cleo.get("/cases/nowhere/", {"name": NAME})
        work_off()
        answers = [told_in, door.get(sent.address), door.get(f"{sent.address}slip/")]
        for case in Case.objects.all():
            answers += [cleo.get(place.format(n=case.number, code=case.spoken_code)) for place in STAFF]
    assert [a for a in answers if any(text in everything_of(a) for text in TEXTS)] == []
    assert Contact.objects.count() == Case.objects.count() == 2, "it was planted"
    (tmp_path / "log").write_text(caplog.text, "utf-8")
    assert planted_in(TEXTS, tmp_path) == []
    kept = b"\n".join(cells())
    assert [name for text in TEXTS for name, spelling in spellings(text).items() if spelling in kept] == []

"""The elder's story, without any screen: phone in, slip, answer by phone, closed only when told."""

import re
from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client

from gridward.audit.models import Read
from gridward.cases.actions.contacts import Reporter
from gridward.cases.models import Case, CaseStep, Contact
from gridward.work import clock
from tests.apps.cases.scene import XINQIAO, Scene, damage, steps

ELDER = Reporter("石奶奶", "0731 5551234", "", "phone")
CLOSING = {"closing_condition": "on", "reply": "饭从明天起送到家，谢谢您。"}


def closed_by(client: Client, case: Case, move: str = "close", **given: str) -> HttpResponse:
    """The answer to the form of a closing move."""
    address = f"/cases/{case.number}/moves/{move}/"
    form = client.get(address).context["form"]
    sent = {"action_uuid": form["action_uuid"].value(), "seen_n": form["seen_n"].value(), **CLOSING, **given}
    return client.post(address, sent)


def test_an_elder_without_any_screen(scene: Scene, client_of: Callable[[str], Client]) -> None:
    cleo, cai = client_of("cleo"), client_of("cai")
    form = cleo.get("/cases/new/").context["form"]
    told = {
        "channel": "phone", "category": scene.kinds["meal"].pk, "description": "一个人住，想有人送饭",
        "community": scene.town.divisions["liuyin"].pk, "name": ELDER.name, "phone": ELDER.phone,
        "answer_by": "phone", "sealed": form["sealed"].value(),
    }  # fmt: skip
    slip = cleo.post("/cases/new/", told, follow=True).content.decode()
    case = Case.objects.get()
    assert case.spoken_code in slip and "12345" in slip and "5551234" not in slip
    asked = client_of("dev").get("/progress/", {"code": case.spoken_code}).content.decode()
    assert "已收到" in asked, "whoever answers the phone reads out how far it is"
    for _, who, move in scene.ROAD[:-1]:
        case = scene.make(case, "lin" if who == "eva" else who, move)
    with clock.standing_at(scene.now):
        refused = closed_by(cai, case)
        assert (
            refused.status_code == 409
            and "告知" in refused.content.decode()
            and CLOSING["reply"] in refused.content.decode()
        )
        assert Case.objects.get().state == "pending_close" and not CaseStep.objects.filter(verb="cases.close").exists()
        assert "1 位" in cai.get(f"/cases/{case.number}/").content.decode()
        opened = cai.post(f"/cases/{case.number}/contact/").content.decode()
        assert "07315551234" in opened.replace(" ", "").replace("-", "") and Read.objects.get().purpose == "call_back"
        [contact] = re.findall(r'name="contact" value="([\w-]+)"', opened)
        for _ in range(2):
            assert cai.post(f"/cases/{case.number}/told/", {"contact": contact}).status_code == 302
        assert closed_by(cai, case).status_code == 302
    assert Case.objects.get().state == "closed" and Contact.objects.get().answered_at == scene.now
    assert steps(case)[-2:] == ["tell_reporter", "close"] and damage() == []


def test_done_again_is_told_again(scene: Scene) -> None:
    case = scene.brought_to("pending_close", reporter=ELDER)
    Contact.objects.update(answered_at=scene.now)
    scene.later(minutes=5)
    assert scene.make(case, "cai", "close").state == "closed"
    case = scene.brought_to("feedback", reporter=ELDER)
    Contact.objects.filter(case=case).update(answered_at=scene.now)
    for who, move in (("cleo", "ask_inspection"), ("eva", "inspect_fail"), ("deng", "redo"), ("ben", "finish")):
        scene.later(minutes=5)
        case = scene.make(case, who, move)
    for who, move in (("deng", "confirm"), ("cleo", "ask_inspection"), ("eva", "inspect_pass")):
        case = scene.make(case, who, move)
    assert scene.refusal(case, "cai", "close", **scene.fields(case, "close")) == "case.reply_not_given"


def test_who_joined_is_told_too_and_special_approval_says_why_somebody_was_not(scene: Scene) -> None:
    first, second = scene.report(), scene.report(reporter=ELDER)
    scene.move(second, "cleo", "merge", merged_into=first.pk)
    for _, who, move in scene.ROAD[:-1]:
        first = scene.make(first, who, move)
    for move in ("close", "close_unresolved"):
        given = scene.fields(first, move)
        assert scene.refusal(first, "zhao", move, **given) == "case.reply_not_given"
    assert scene.make(first, "zhao", "force_close").state == "forced_closed"


def test_only_who_may_call_back_and_holds_the_case_notes_it(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, elsewhere = scene.brought_to("pending_close", reporter=ELDER), scene.report(position=XINQIAO, reporter=ELDER)
    uid = {"contact": str(Contact.objects.get(case=case).uid)}
    assert client_of("deng").post(f"/cases/{case.number}/told/", uid).status_code == 403
    assert client_of("finn").post(f"/cases/{case.number}/told/", uid).status_code == 404
    assert client_of("lin").post(f"/cases/{elsewhere.number}/told/", uid).status_code == 404
    assert client_of("cleo").post(f"/cases/{elsewhere.number}/told/", uid).status_code == 302, "of another case"
    assert client_of("cleo").post(f"/cases/{case.number}/told/", {"contact": "' OR 1=1"}).status_code == 302
    assert not Contact.objects.filter(answered_at__isnull=False).exists()

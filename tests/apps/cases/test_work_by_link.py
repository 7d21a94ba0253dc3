"""A case by a link without an account, photos from one's own phone: what they show, who takes them, how they end."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from gridward.cases.actions.contacts import new_token
from gridward.cases.actions.linking import answer_link, begin_phone, give_link, send_from_phone, sweep_waiting
from gridward.cases.models import Attachment, Case, CaseLink, CaseStep, WaitingPhoto
from gridward.core.errors import RuleBroken
from gridward.files.models import StoredFile
from gridward.work import clock
from tests.apps.cases.scene import Scene, damage, picture, steps

TOKEN = re.compile(r"/t/([\w-]{22})/")
NAME, TASK = "示例顺达抢修队", "换灯头，把灯杆扶正。"


def given(scene: Scene, case: Case, **changes: object) -> tuple[CaseLink, str]:
    token = new_token()
    words = {"name": NAME, "task": TASK, "released": [], "days": 7, **changes}
    with clock.standing_at(scene.now):
        link = give_link(case=case, token=token, by=scene.cast.actor("deng"), at=scene.now, **words)  # type: ignore[arg-type]
    return link, token


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as caught:
        work()
    return caught.value.code


def test_a_contractor_sees_place_and_work_and_the_handler_takes_over_what_they_send(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case = scene.brought_to("handling", "litter", photos=(scene.photo,))
    desk, anybody, shown = client_of("deng"), Client(), str(case.attachments.get().public_id)
    page = desk.post(f"/cases/{case.number}/links/", {"name": NAME, "task": TASK, "days": 7, "photos": [shown]})
    assert page["Cache-Control"] == "no-store" and page["Referrer-Policy"].startswith("no-referrer")
    [token] = set(TOKEN.findall(page.content.decode()))
    assert token not in desk.get(f"/cases/{case.number}/links/").content.decode(), "shown once"
    address = f"/t/{token}/"
    told = anybody.get(address)
    body = told.content.decode()
    assert TASK in body and case.place in body and case.description not in body and "安丽华" not in body
    assert told["Cache-Control"] == "no-store" and told["Referrer-Policy"].startswith("no-referrer")
    assert anybody.get(f"{address}photos/{shown}/").status_code == 200
    assert CaseStep.objects.filter(case=case).count() == Case.objects.get(pk=case.pk).step_n, "looking leaves no step"
    assert anybody.post(address, {"result": ""}).status_code == 422
    assert anybody.post(address, {"result": "已换新，灯亮了。", "after_photo": [picture()]}).status_code == 302
    [photo] = WaitingPhoto.objects.all()
    assert (photo.field, photo.by, photo.file.references) == ("after_photo", None, 1)
    step = CaseStep.objects.get(case=case, verb="cases.contractor_result")
    assert (step.by, step.body, step.state_from, step.state_to) == (None, case.body, "handling", "handling")
    seen = client_of("ben").get(f"/cases/{case.number}/").content.decode()
    assert NAME in seen and "已换新，灯亮了。" in seen
    ben = client_of("ben")
    form = ben.get(f"/cases/{case.number}/moves/finish/")
    assert "已换新，灯亮了。" in form.content.decode() and str(photo.public_id) in form.content.decode()
    assert ben.get(f"/cases/{case.number}/waiting/{photo.public_id}/?small").status_code == 200
    sent = {"action_uuid": form.context["form"]["action_uuid"].value(), "seen_n": 9, "before_note": "三袋垃圾",
            "result": "换好了。", "waiting_shown": [photo.public_id], "waiting": [photo.public_id]}  # fmt: skip
    assert ben.post(f"/cases/{case.number}/moves/finish/", sent).status_code == 302
    after = Attachment.objects.get(case=case, kind="after")
    assert (after.by, after.link.name, after.file.references) == (scene.cast["ben"], NAME, 1)
    assert not WaitingPhoto.objects.exists() and damage() == []
    assert steps(case)[-3:] == ["give_link", "contractor_result", "finish"]
    assert anybody.get(address).status_code == 404, "the case has gone on"


def test_a_link_is_of_one_case_ends_is_withdrawn_and_is_not_used_without_end(scene: Scene) -> None:
    case, other = scene.brought_to("handling"), scene.brought_to("handling", photos=(scene.photo,))
    link, token = given(scene, case, released=[str(other.attachments.get().public_id)])
    assert link.released == [] and bytes(link.link_hash) != token.encode()
    for _ in range(2):
        given(scene, case)
    assert refused(lambda: given(scene, case)) == "case.too_many_links"
    assert refused(lambda: given(scene, scene.brought_to("pending_dispatch"))) == "case.link_not_now"
    anybody, desk = Client(), Client()
    desk.force_login(scene.cast["deng"])
    assert anybody.get(f"/t/{token}/").status_code == 200
    CaseLink.objects.filter(pk=link.pk).update(uploads=40)
    link.refresh_from_db()
    assert refused(lambda: answer_link(link=link, words="做完了。", photos={}, at=scene.now)) == "case.link_used_up"
    assert desk.post(f"/cases/{case.number}/links/{link.public_id}/revoke/").status_code == 302
    assert anybody.get(f"/t/{token}/").status_code == 404
    assert steps(case)[-1] == "revoke_link"
    assert refused(lambda: answer_link(link=link, words="做完了。", photos={}, at=scene.now)) == "case.link_ended"
    second, late = given(scene, other, days=2)
    with clock.standing_at(scene.later(days=2)):
        assert anybody.get(f"/t/{late}/").status_code == 404
        assert refused(lambda: answer_link(link=second, words="做完了。", photos={}, at=scene.now)) == "case.link_ended"


def test_photos_from_the_phone_appear_in_the_form_and_nothing_typed_is_lost(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case = scene.brought_to("handling", "litter")
    ben, phone, address = client_of("ben"), Client(), f"/cases/{case.number}/moves/finish/"
    page = ben.post(f"{address}phone/", {"result": "正在写", "after_photo": [picture()]})
    body = page.content.decode()
    assert page.status_code == 200 and "正在写" in body and "<svg" in body and page["Cache-Control"] == "no-store"
    kept = WaitingPhoto.objects.get()
    assert (kept.by, kept.field) == (scene.cast["ben"], "after_photo") and str(kept.public_id) in body
    link = CaseLink.objects.get(kind="phone")
    token = new_token()
    begin_phone(
        case=case, fields=["before_photo", "after_photo"], token=token, by=scene.cast.actor("ben"), at=scene.now
    )
    link.refresh_from_db()
    assert link.revoked_at, "one phone at a time"
    assert phone.post(f"/t/{token}/", {}).status_code == 422
    assert phone.post(f"/t/{token}/", {"before_photo": [picture(30)], "after_photo": [picture(60)]}).status_code == 302
    wrong = WaitingPhoto.objects.filter(field="before_photo").get()
    part = ben.get(f"{address}waiting/", {"waiting_shown": [kept.public_id]})
    assert part.status_code == 200 and part.content.decode().count("<img") == 3
    assert part.content.decode().count(" checked") == 2, "what was ticked off stays so, what is new is ticked"
    assert phone.post(f"/t/{token}/photos/{wrong.public_id}/remove/").status_code == 302
    assert StoredFile.objects.get(pk=wrong.file_id).references == 0
    assert client_of("deng").get(f"/cases/{case.number}/waiting/{kept.public_id}/").status_code == 404, "ben's own"
    sent = {"action_uuid": uuid.uuid4(), "seen_n": case.step_n, "result": "清走了。",
            "before_note": "三袋垃圾", "waiting_shown": [kept.public_id], "waiting": []}  # fmt: skip
    assert ben.post(address, sent).status_code == 302
    assert Attachment.objects.filter(case=case).count() == 1 and WaitingPhoto.objects.get() == kept
    with clock.standing_at(scene.later(minutes=21)):
        assert phone.get(f"/t/{token}/").status_code == 404
        assert ben.get(f"{address}waiting/").status_code == 286, "nothing more will come"
    assert sweep_waiting(at=scene.later(hours=20)) == 0
    with clock.standing_at(scene.later(hours=9)):
        assert sweep_waiting(at=scene.now) == 1
    assert not WaitingPhoto.objects.exists() and not CaseLink.objects.filter(kind="phone").exists()


def test_a_photo_waits_once_and_a_phone_sends_no_more_than_ten(scene: Scene) -> None:
    case, token = scene.brought_to("handling"), new_token()
    link = begin_phone(case=case, fields=["photo"], token=token, by=scene.cast.actor("ben"), at=scene.now)
    send_from_phone(link=link, photos={"photo": [scene.photo] * 5}, at=scene.now)
    send_from_phone(link=link, photos={"photo": [scene.photo] * 5}, at=scene.now)
    more = {"photo": [scene.photo]}
    assert refused(lambda: send_from_phone(link=link, photos=more, at=scene.now)) == "case.too_many_photos"
    rows = list(WaitingPhoto.objects.all())
    assert rows[0].file.references == 10
    scene.move(case, "ben", "supplement", text="补几张照片。", photo=rows[:5])
    assert scene.refusal(case, "ben", "supplement", text="再补一次。", photo=rows[:1]) == "case.photo_gone"
    assert (
        scene.refusal(case, "ben", "supplement", text="太多了。", photo=[*rows[5:], scene.photo])
        == "case.too_many_photos"
    )
    assert scene.refusal(scene.brought_to("handling"), "ben", "supplement", text="别的案卷。", photo=rows[5:6]) == (
        "case.photo_gone"
    )
    assert StoredFile.objects.get(pk=rows[0].file_id).references == 10

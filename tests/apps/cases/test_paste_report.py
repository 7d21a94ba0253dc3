"""粘贴建件 and 复制回群: from a chat into the form of a new case, and a public sentence back."""

from collections.abc import Callable

from django.test import Client

from gridward.areas.models import GroundFeature
from gridward.cases.models import Case, Contact
from tests.apps.cases.scene import Scene

CHAT = (
    "王丽 2026/3/4 10:20:11\n[图片]\n@网格员 柳荫里3栋门口的路灯不亮了，老人摔了一跤，"
    "我是王丽，电话13800138000，身份证110101199001011237"
)


def test_what_was_pasted_fills_the_form_and_the_contact_is_sealed(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    GroundFeature.objects.create(district=scene.town.district, kind="block", name_zh="柳荫里", source="own",
                                 shape=scene.town.district.outline)  # fmt: skip
    cleo = client_of("cleo")
    page = cleo.post("/cases/new/", {"apart": "1", "pasted": CHAT + "\0", "channel": "phone"})
    form = page.context["form"]
    assert page.status_code == 200 and not Case.objects.exists()
    first = {name: form[name].value() for name in ("description", "place", "phone", "name", "channel")}
    assert first == {"description": "柳荫里3栋门口的路灯不亮了，老人摔了一跤", "place": "柳荫里3栋门口",
                     "phone": "13800138000", "name": "王丽", "channel": "phone"}  # fmt: skip
    assert "路灯不亮" in page.content.decode()
    sent = {"category": scene.kinds["lamp"].pk, "answer_by": "phone", "sealed": form["sealed"].value(),
            "community": scene.town.divisions["liuyin"].pk, **first}  # fmt: skip
    assert cleo.post("/cases/new/", sent).status_code == 302
    case = Case.objects.get()
    assert "王丽" not in case.description and "138" not in case.description and "1101" not in case.description
    contact = Contact.objects.get(case=case)
    assert contact.phone and contact.name and b"138" not in bytes(contact.phone)

    page = cleo.get(f"/cases/{case.number}/").content.decode()
    assert "复制回群" not in page, "not of a kind that may be shown nearby"
    scene.kinds["lamp"].is_shown_nearby = True
    scene.kinds["lamp"].save()
    page = cleo.get(f"/cases/{case.number}/").content.decode()
    said = page.split('id="for-group"')[1].split("</textarea>")[0]
    assert "柳荫社区，路灯不亮：已" in said and case.number[-5:] in said and "3栋" not in said and "/r/" not in said


def test_an_empty_paste_leaves_the_form_as_it_was(scene: Scene, client_of: Callable[[str], Client]) -> None:
    page = client_of("cleo").post("/cases/new/", {"apart": "1", "pasted": " ", "place": "巷口"})
    assert page.status_code == 200 and page.context["form"]["place"].value() == "巷口"

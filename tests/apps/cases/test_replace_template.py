"""A district's own template: uploaded, judged, looked over, taken into use, taken back; by whom, twice, hostile."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridward.audit.models import Entry
from gridward.cases.actions.papers import adopt_template, prepare_template, put_template, take_back_template
from gridward.cases.models import PaperTemplate
from gridward.core.errors import RuleBroken
from gridward.core.papers.forms import load
from gridward.files.models import StoredFile
from tests.apps.cases.scene import Scene
from tests.core.papers.test_check_templates import relation
from tests.core.papers.test_fill_documents import template_of, words_of
from tests.papers import office

TASK = load().forms["task"]
PAGE = "/cases/papers/templates/task/zh/"
OWN = template_of(["某区红头文件"], ["{{案卷编号}}  {{承办单位}}"], ["要求：{{instruction}}"])


def sent(client: Client, content: bytes, name: str = "我们的任务单.docx") -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def document(client: Client, number: str, code: str = "task") -> str:
    return words_of(client.get(f"/cases/{number}/papers/{code}/?as=docx").content)


def test_a_template_is_looked_over_taken_into_use_and_taken_back(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, sun, dev = scene.brought_to("pending_handle"), client_of("sun"), client_of("dev")
    answer = sent(sun, OWN)
    assert answer["Location"] == f"{PAGE}1/"
    shown = sun.get(f"{PAGE}1/").content.decode()
    assert "某区红头文件" in shown and "〔案卷编号〕  〔承办单位〕" in shown and "我们的任务单" in shown
    assert "某区红头文件" not in document(dev, case.number), "not in use yet"
    assert sun.post(f"{PAGE}1/adopt/").status_code == 302
    text = document(dev, case.number)
    assert text.startswith("某区红头文件") and case.number in text and "要求" not in text
    assert "某区红头文件" not in words_of(dev.get(f"/cases/{case.number}/papers/task/?as=docx&in=en").content)
    assert words_of(sun.get(f"{PAGE}current/").content) == words_of(OWN)
    sent(sun, template_of(["第二版 {{number}}"]))
    sun.post(f"{PAGE}2/adopt/")
    assert document(dev, case.number) == f"第二版 {case.number}"
    sun.post(f"{PAGE}2/take-back/")
    assert document(dev, case.number).startswith("某区红头文件")
    sun.post(f"{PAGE}1/take-back/")
    assert document(dev, case.number).startswith("示例区任务分派单")
    listed = sun.get(PAGE).content.decode()
    assert listed.count('"dim">已收回') == 2 and "任务分派单" in sun.get("/cases/papers/templates/").content.decode()
    verbs = [verb.removeprefix("cases.") for verb in Entry.objects.filter(verb__contains="_template").order_by("pk")
             .values_list("verb", flat=True)]  # fmt: skip
    assert verbs == ["put_template", "adopt_template", "put_template", "adopt_template", "take_back_template",
                     "take_back_template"]  # fmt: skip
    assert StoredFile.objects.count() == 2, "every version is kept"
    assert words_of(sun.get(f"{PAGE}1/?as=file").content) == words_of(OWN)
    assert "〔案卷编号〕" in words_of(sun.get(f"{PAGE}1/?as=docx").content)


@pytest.mark.parametrize(("content", "words"), [
    (relation("attachedTemplate", "file:///x.dotm", ' TargetMode="External"'), "指向外面的链接"),
    (office("docm"), "宏"), (office("xlsx"), "Word 文档"), (b"%PDF-1.7", "Word 文档"), (b"", "文件"),
    (template_of(["{{number}} {{颜色}}"]), "{{颜色}}"), (office("docx"), "没有一个占位符"), (b"MZ", "按内容判断"),
    (b"x" * (2**20 + 1), "1 MB"),
])  # fmt: skip
def test_what_is_refused_is_said_beside_the_field_and_nothing_is_kept(
    scene: Scene, client_of: Callable[[str], Client], content: bytes, words: str
) -> None:
    answer = sent(client_of("sun"), content)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not PaperTemplate.objects.exists() and not StoredFile.objects.exists()


def test_only_who_administers_the_district_replaces_templates(scene: Scene, client_of: Callable[[str], Client]) -> None:
    sun = scene.cast.actor("sun")
    prepared = prepare_template(io.BytesIO(OWN), TASK)
    given = {
        "district_id": scene.town.district.pk,
        "form": TASK,
        "variant": "zh",
        "prepared": prepared,
        "at": scene.now,
    }
    row = put_template(**given, by=sun)
    for who in ("wen", "zhao", "nie", "finn"):
        with pytest.raises(RuleBroken, match="administ"):
            put_template(**given, by=scene.cast.actor(who))
        with pytest.raises(RuleBroken, match="administ"):
            adopt_template(template=row, by=scene.cast.actor(who), at=scene.now)
        assert client_of(who).get(f"{PAGE}1/").status_code == 404
    assert client_of("sun").get("/cases/papers/templates/task/plain_zh/").status_code == 404
    assert client_of("sun").get("/cases/papers/templates/result/plain_zh/").status_code == 200
    assert client_of("sun").get(f"{PAGE}9/").status_code == 404


def test_a_version_is_settled_once(scene: Scene) -> None:
    given = {"by": scene.cast.actor("sun"), "at": scene.now}
    prepared = prepare_template(io.BytesIO(OWN), TASK)
    put = {"district_id": scene.town.district.pk, "form": TASK, "variant": "zh", "prepared": prepared}
    row = put_template(**put, **given)
    adopt_template(template=row, **given)
    with pytest.raises(RuleBroken, match="already"):
        adopt_template(template=row, **given)
    take_back_template(template=row, **given)
    for settled in (adopt_template, take_back_template):
        with pytest.raises(RuleBroken, match="already"):
            settled(template=row, **given)
    assert put_template(**put, **given).n == 2 and StoredFile.objects.get().references == 2

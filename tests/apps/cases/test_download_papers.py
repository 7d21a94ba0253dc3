"""Forms as documents: one, many in one document, many in an archive; whose name stands in them."""

import io
import zipfile
from collections.abc import Callable

from django.test import Client
from docx import Document

from gridward.audit.models import Read
from gridward.files.queries import DOCX
from tests.apps.cases.scene import Scene
from tests.apps.cases.test_print_papers import NAME, PHONE, SAID, closed, walked
from tests.core.papers.test_fill_documents import words_of


def test_each_form_of_a_walked_case_is_a_document_in_both_languages(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, client = closed(scene), client_of("zhao")
    for code, expected in SAID.items():
        answer = client.get(f"/cases/{case.number}/papers/{code}/?as=docx")
        assert answer["Content-Type"] == DOCX and answer["Cache-Control"] == "no-store"
        assert answer["Content-Disposition"].startswith("attachment;") and case.number in answer["Content-Disposition"]
        text = words_of(answer.content)
        assert [words for words in (*expected, case.number) if words not in text] == [], code
        assert "{{" not in text and NAME not in text and PHONE not in text
        english = words_of(client.get(f"/cases/{case.number}/papers/{code}/?as=docx&in=en").content)
        assert "March 2026" in english and "{{" not in english
    plain = client.get(f"/cases/{case.number}/papers/result/?as=docx&plain=1").content
    assert "您好！" in words_of(plain) and Document(io.BytesIO(plain)).paragraphs[2].runs[0].font.size.pt == 20


def test_many_forms_are_one_document_or_an_archive(scene: Scene, client_of: Callable[[str], Client]) -> None:
    cases = [scene.brought_to("pending_handle") for _ in range(3)]
    address = "/cases/papers/sheets/?form=task&" + "&".join(f"number={case.number}" for case in cases)
    client = client_of("deng")
    text = words_of(client.get(f"{address}&as=docx").content)
    assert [text.count(case.number) for case in cases] == [1, 1, 1]
    answer = client.get(f"{address}&as=zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == [f"任务分派单-{case.number}.docx" for case in cases]
        assert cases[1].number in words_of(archive.read(archive.namelist()[1]))


def test_a_document_names_who_reported_only_by_a_press_that_leaves_a_row(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, client = walked(scene), client_of("cleo")
    address = f"/cases/{case.number}/papers/report/?as=docx"
    assert NAME not in words_of(client.get(address).content) and not Read.objects.exists()
    text = words_of(client.post(address).content)
    assert NAME in text and PHONE in text and Read.objects.get().was_refused is False
    assert client_of("dev").post(address).status_code == 403

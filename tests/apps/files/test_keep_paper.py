"""Papers from strangers: judged by what is inside, kept as they are, handed over and never opened."""

import io

import pytest

from gridward.core.errors import RuleBroken
from gridward.files import paper
from gridward.files.queries import serve
from gridward.files.storing import path_of, prepare
from tests.papers import OFD, archive, compound, office


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.GRIDWARD_HOME = tmp_path / "home"
    return settings.GRIDWARD_HOME


def named(content: bytes, name: str = "示例 申请.bin") -> io.BytesIO:
    stream = io.BytesIO(content)
    stream.name = name
    return stream


def judged(tmp_path, content: bytes) -> str:
    """What the script says, in this process: the limits are tried by ``prepare`` below."""
    (tmp_path / "paper").write_bytes(content)
    try:
        return paper.media_type_of(tmp_path / "paper")
    except paper.Refused as refused:
        return str(refused)


def test_each_kind_of_paper_is_known_by_what_is_inside(tmp_path):
    assert judged(tmp_path, b"%PDF-1.7 ...") == paper.PDF
    assert judged(tmp_path, office("docx")) == paper.DOCX
    assert judged(tmp_path, office("xlsx")) == paper.XLSX
    assert judged(tmp_path, archive(OFD)) == paper.OFD
    assert judged(tmp_path, compound("Root Entry", "1Table", "WordDocument")) == paper.DOC
    assert judged(tmp_path, compound("Root Entry", *"abcd", "Workbook")) == paper.XLS
    assert judged(tmp_path, compound("Root Entry", *"abcd", "Workbook", ring=True)) == paper.XLS


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (office("docm"), "paper_with_macros"),
        (office("docx", {"word/vbaProject.bin": b"x"}), "paper_with_macros"),
        (office("xlsx", {"xl/macrosheets/sheet1.xml": b"<x/>"}), "paper_with_macros"),
        (compound("Root Entry", "WordDocument", *"abc", "Macros", "VBA"), "paper_with_macros"),
        (compound("Root Entry", "EncryptedPackage"), "paper_locked"),
        (compound("Root Entry", "PowerPoint Document"), "kind_not_paper"),
        (compound("Root Entry", *"abcd", "nothing", ring=True), "kind_not_paper"),
        (compound("WordDocument")[:300], "broken_paper"),
        (archive({"a.txt": b"a"}), "kind_not_paper"),
        (archive({"[Content_Types].xml": b"<Types/>"}), "kind_not_paper"),
        (archive({"OFD.xml": b"<html/>"}), "broken_paper"),
        (archive({**OFD, "../../etc/cron.d/x": b"x"}), "broken_paper"),
        (archive({**OFD, "/etc/passwd": b"x"}), "broken_paper"),
        (archive({**OFD, "c:/windows/x": b"x"}), "broken_paper"),
        (archive({**OFD, "a": b"\0" * 30_000_000}), "paper_bomb"),
        (archive({**OFD, **{f"{n}": b"" for n in range(2100)}}), "paper_bomb"),
        (archive(OFD)[:-40], "broken_paper"),
        (b"PK\x03\x04", "broken_paper"),
        (b"MZ\x90 a program", "kind_not_paper"),
        (b"<html><script>", "kind_not_paper"),
    ],
)  # fmt: skip
def test_what_must_not_be_kept_is_refused_with_the_reason(tmp_path, content, code):
    assert judged(tmp_path, content) == code
    assert RuleBroken(f"files.{code}").sentence("zh") and RuleBroken(f"files.{code}").sentence("en")


def test_a_locked_part_is_refused(tmp_path):
    content = bytearray(archive(OFD))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    assert judged(tmp_path, bytes(content)) == "paper_locked"


def test_a_paper_is_kept_byte_for_byte_and_handed_over_as_a_download():
    content = office("docx")
    kept = prepare(named(content, "C:\\文件\\示例\u202e申请.exe.docx"), papers=True)
    assert (kept.media_type, kept.name) == (paper.DOCX, "示例申请.exe")
    assert path_of(kept.sha256).read_bytes() == content

    class Row:
        media_type, sha256 = kept.media_type, kept.sha256

    answer = serve(Row, name=kept.name)
    assert answer["Content-Disposition"].startswith("attachment") and ".docx" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Type"] == paper.DOCX
    answer.file_to_stream.close()
    for content, options, code in (
        (office("docm"), {"papers": True}, "files.paper_with_macros"),
        (office("docx"), {}, "files.kind_not_taken"),
    ):
        with pytest.raises(RuleBroken) as refused:
            prepare(named(content), **options)
        assert refused.value.code == code

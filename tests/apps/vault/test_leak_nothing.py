"""Planted names and numbers are looked for in everything that lies on the disk."""

import logging
import tarfile
from pathlib import Path

import pytest
from django.core.management import call_command

from gridward.cases.actions.contacts import Reporter, read_contacts
from gridward.vault.jobs import seal_everything
from gridward.vault.keys import keys_path
from gridward.work.runner import work_off
from tests.apps.cases.scene import Scene, build_kinds
from tests.cast import build_cast
from tests.conftest import WEDNESDAY
from tests.planted import planted_in
from tests.town import build_town

NAME, PHONE, EMAIL = "玄武岩澜", "15912345678", "basalt@planted.example"
TEXTS = (NAME, PHONE, EMAIL)


def test_the_search_finds_what_was_planted_in_any_spelling(tmp_path: Path):
    import base64  # noqa: PLC0415 - to plant, not to search

    ways = {
        "plain": NAME.encode(), "wide": NAME.encode("utf-16-le"), "old": NAME.encode("gb18030"),
        "json": NAME.encode("unicode_escape"), "base64": base64.b64encode(b"xx" + NAME.encode() + b"yy"),
        "hex": NAME.encode().hex().encode(), "phone": b"\0" + PHONE.encode() + b"\xff",
    }  # fmt: skip
    for name, content in ways.items():
        (tmp_path / name).write_bytes(b"before" * 5 + content + b"after" * 5)
        assert planted_in(TEXTS, tmp_path / name), name
    (tmp_path / "clean").write_bytes("柳荫巷口的灯不亮 13800000000".encode())
    assert planted_in(TEXTS, tmp_path / "clean") == []


@pytest.mark.django_db(transaction=True)
def test_no_planted_name_or_number_lies_in_database_files_logs_seals_or_backup(
    two_sessions, settings, home: Path, tmp_path: Path, at, caplog
):
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), WEDNESDAY)
    caplog.set_level(logging.DEBUG)
    reporter = Reporter(NAME, f"+86 {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}", EMAIL)
    case = scene.report(reporter=reporter, photos=(scene.photo,))
    scene.make(case, "cleo", "accept", "file")
    [opened] = read_contacts(case=case, by=scene.cast.actor("cleo"), purpose="acceptance", at=scene.now)
    assert (opened.name, opened.phone, opened.email) == TEXTS, "it was planted"
    work_off()
    assert seal_everything(at=scene.now) > 0
    call_command("backup", str(tmp_path / "backup.tar.gz"), verbosity=0)
    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (tmp_path / "log").write_text(caplog.text, "utf-8")
    looked_at = sorted(path.name for path in (tmp_path / "unpacked").rglob("*") if path.is_file())
    assert any(name.startswith("database") for name in looked_at) and len(looked_at) > 3
    assert planted_in(TEXTS, tmp_path) == []
    assert keys_path().read_bytes() not in [path.read_bytes() for path in (tmp_path / "unpacked").rglob("*.json")]

"""A backup made while people write is one moment of the whole; restored, it verifies and brings nobody back."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from gridward.audit.actions.seals import seals_file
from gridward.audit.models import StepBody
from gridward.cases.actions.contacts import Reporter
from gridward.cases.models import CaseStep
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.files.storing import path_of
from gridward.project.archives import DATABASE, unpack, write_backup
from gridward.vault.actions import purge_body
from gridward.vault.jobs import seal_everything
from gridward.work import clock
from gridward.work.actions import leave_entry
from gridward.work.runner import work_off
from tests.apps.cases.scene import Scene, build_kinds
from tests.cast import build_cast
from tests.conftest import WEDNESDAY
from tests.sessions import TwoSessions
from tests.town import build_town

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, ENTRIES = 4, 30


@pytest.fixture
def scene(two_sessions: TwoSessions, settings, tmp_path: Path, at) -> Scene:
    settings.GRIDWARD_HOME, settings.GRIDWARD_KEYS = tmp_path / "home", tmp_path / "keys.json"
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), WEDNESDAY)
    case = scene.report(reporter=Reporter("安丽华", "13800000001"), photos=(scene.photo,))
    scene.make(case, "cleo", "accept", "file")
    seal_everything(at=clock.now())
    return scene


@pytest.fixture
def elsewhere(two_sessions: TwoSessions, tmp_path: Path):
    """The environment of an empty installation with the same keys; its database is gone afterwards."""
    url = f"gpkg://{tmp_path / 'elsewhere.gpkg'}"
    name = ""
    if connection.vendor == "postgresql":
        name = f"{connection.settings_dict['NAME']}_elsewhere"
        on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        url = two_sessions.url.rpartition("/")[0] + f"/{name}"
    yield {
        **two_sessions.environment, "DATABASE_URL": url, "GRIDWARD_HOME": str(tmp_path / "new_home"),
        "GRIDWARD_KEYS": str(tmp_path / "keys.json"),
    }  # fmt: skip
    if name:
        on_server(f'DROP DATABASE IF EXISTS "{name}"')


def on_server(*statements: str) -> None:
    facts = connection.settings_dict
    with psycopg.connect(
        host=facts["HOST"] or None, port=facts["PORT"] or None, user=facts["USER"] or None,
        password=facts["PASSWORD"] or None, dbname="postgres", autocommit=True,
    ) as server:  # fmt: skip
        for statement in statements:
            server.execute(statement)


def restore(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "django", "restore", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def backup(scene: Scene, tmp_path: Path) -> Path:
    target = tmp_path / "backup.tar.gz"
    call_command("backup", str(target), verbosity=0)
    return target


def test_four_people_write_while_the_backup_is_made_and_it_is_one_moment(scene, elsewhere, two_sessions, tmp_path):
    def writer(number: int):
        def write() -> None:
            for _ in range(ENTRIES):
                by, at = SYSTEM, clock.now()
                leave_entry(district_id=7, subject=f"tests:{number}", verb="tests.write", by=by, at=at)
                if number == 0:
                    seal_everything(at=at)

        return write

    works = [writer(number) for number in range(WRITERS)]
    answers = two_sessions.at_once(*works, lambda: write_backup(tmp_path / "b.tar.gz"))
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    manifest = answers[-1]
    restored = restore(elsewhere, str(tmp_path / "b.tar.gz"))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "1 件案卷" in restored.stdout
    assert manifest["counts"]["audit.Entry"] <= WRITERS * ENTRIES
    assert manifest["counts"]["cases.CaseStep"] == 3


def test_files_seals_and_the_mark_of_the_keys_come_along_and_the_keys_do_not(scene, elsewhere, tmp_path):
    archive = backup(scene, tmp_path)
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as opened:
        names = opened.getnames()
    assert not [name for name in names if "keys" in name and name != "keys.id"] and "secret" not in names
    assert restore(elsewhere, str(archive)).returncode == 0
    home = Path(elsewhere["GRIDWARD_HOME"])
    photo = path_of(scene.photo.sha256).relative_to(tmp_path / "home")
    assert (home / photo).read_bytes() == path_of(scene.photo.sha256).read_bytes()
    seals = seals_file(scene.town.district.code6)
    assert (home / "seals" / seals.name).read_bytes() == seals.read_bytes()
    assert (home / "keys.id").read_text() == (tmp_path / "home" / "keys.id").read_text()


def test_without_its_keys_a_restored_home_says_so_and_makes_no_new_ones(scene, elsewhere, tmp_path):
    archive = backup(scene, tmp_path)
    environment = {**elsewhere, "GRIDWARD_KEYS": str(tmp_path / "lost.json")}
    answer = restore(environment, str(archive))
    assert answer.returncode == 1 and "找不到密钥文件" in answer.stderr
    assert not (tmp_path / "lost.json").exists()


def test_what_was_purged_after_the_backup_does_not_come_back(scene, elsewhere, tmp_path):
    archive = backup(scene, tmp_path)
    step = CaseStep.objects.order_by("n")[1]
    said = StepBody.objects.get(table="cases.CaseStep", step_id=step.pk).body
    purge_body(step=step, reason="request", by=SYSTEM, at=clock.now())
    work_off()
    answer = restore(elsewhere, str(archive), "--purges", str(tmp_path / "home" / "purges"))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "1 purged again" in answer.stdout
    assert said not in rows_of(elsewhere, "audit_stepbody", "body")
    assert restore_again_fails(elsewhere, archive) == "project.home_not_empty"


def rows_of(environment: dict[str, str], table: str, column: str) -> list[str]:
    script = (
        "import django, json; django.setup(); from django.db import connection; c = connection.cursor(); "
        f"c.execute('SELECT {column} FROM {table}'); print(json.dumps([row[0] for row in c.fetchall()]))"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    assert found
    return found


def restore_again_fails(environment: dict[str, str], archive: Path) -> str:
    answer = restore(environment, str(archive))
    assert answer.returncode == 1
    return "project.home_not_empty" if "空" in answer.stderr else answer.stderr


def test_nothing_is_restored_over_a_database_in_use(scene, elsewhere, tmp_path):
    archive = backup(scene, tmp_path)
    assert restore(elsewhere, str(archive)).returncode == 0
    shutil.rmtree(elsewhere["GRIDWARD_HOME"])
    answer = restore(elsewhere, str(archive))
    assert answer.returncode == 1 and "Traceback" not in answer.stderr


def with_member(archive: Path, target: Path, name: str, **more: object) -> Path:
    """The archive with one more member in front."""
    with tarfile.open(archive) as source, tarfile.open(target, "w:gz") as copy:
        member = tarfile.TarInfo(name)
        for key, value in more.items():
            setattr(member, key, value)
        member.size = 0 if more else 4
        copy.addfile(member, io.BytesIO(b"evil"))
        for known in source:
            copy.addfile(known, source.extractfile(known))
    return target


@pytest.mark.parametrize(
    ("name", "more"),
    [("../evil", {}), ("files/../../evil", {}), ("/tmp/evil-of-a-test", {}), ("elsewhere/evil", {}),
     ("files/link", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"})],
)  # fmt: skip
def test_a_member_that_leads_elsewhere_is_refused(scene, tmp_path, name, more):
    forged = with_member(backup(scene, tmp_path), tmp_path / "forged.tar.gz", name, **more)
    assert refusal_of(forged, tmp_path / "inner" / "unpacked") == "project.backup_damaged"
    assert not list(tmp_path.rglob("evil")) and not Path("/tmp/evil-of-a-test").exists()


def refusal_of(archive: Path, target: Path) -> str:
    target.mkdir(parents=True)
    with pytest.raises(RuleBroken) as refused:
        unpack(archive, target)
    return refused.value.code


@pytest.mark.parametrize("share", [0, 0.5, 0.98])
def test_an_archive_cut_off_is_refused(scene, tmp_path, share):
    archive = backup(scene, tmp_path)
    os.truncate(archive, int(archive.stat().st_size * share))
    assert refusal_of(archive, tmp_path / "unpacked") == "project.backup_damaged"


def test_a_changed_database_is_refused(scene, tmp_path):
    archive, unpacked = backup(scene, tmp_path), tmp_path / "unpacked"
    unpacked.mkdir()
    kind = unpack(archive, unpacked)["database"]
    inside = DATABASE[kind]
    with (unpacked / inside).open("ab") as copied:
        copied.write(b"-- one line more")
    with tarfile.open(tmp_path / "forged.tar.gz", "w:gz") as forged:
        for path in unpacked.iterdir():
            forged.add(path, path.name)
    assert refusal_of(tmp_path / "forged.tar.gz", tmp_path / "again") == "project.backup_damaged"


def test_a_backup_never_overwrites_and_leaves_no_half(scene, tmp_path, monkeypatch):
    archive = backup(scene, tmp_path)
    with pytest.raises(RuleBroken) as refused:
        write_backup(archive)
    assert refused.value.code == "project.backup_exists"
    monkeypatch.setattr("gridward.project.archives._dump", lambda target: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        write_backup(tmp_path / "half.tar.gz")
    assert not list(tmp_path.glob("half*"))

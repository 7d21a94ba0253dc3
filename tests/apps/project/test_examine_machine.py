"""The doctor says what is well and what is not, in both languages, and ends accordingly."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gridward.project.examining import Kind, examine
from gridward.vault.keys import key_ring
from gridward.work.models import Delivery, Pulse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def well(settings, tmp_path: Path, town):
    """A machine on which everything is well."""
    settings.GRIDWARD_HOME, settings.GRIDWARD_KEYS = tmp_path / "home", tmp_path / "keys.json"
    key_ring()
    for name in ("jobs", "vault.seal"):
        Pulse.objects.create(name=name, at=datetime.now(UTC))


def ills() -> list[str]:
    return [finding.en for finding in examine() if finding.kind is Kind.ILL]


def test_a_machine_that_is_well_has_nothing_to_do():
    assert [line for line in ills() if "database file" not in line] == []


def test_each_line_is_in_both_languages():
    for finding in examine():
        assert finding.zh != finding.en and finding.zh.strip() and finding.en.strip()


@pytest.mark.parametrize(
    ("name", "words"), [("jobs", "No sign of the jobs process"), ("vault.seal", "Nothing was sealed")]
)
def test_a_silent_background_is_said(name, words):
    Pulse.objects.filter(name=name).update(at=datetime.now(UTC) - timedelta(minutes=20))
    assert [line for line in ills() if words in line]


def test_a_duty_that_failed_is_said_with_its_place():
    Pulse.objects.filter(name="vault.seal").update(error="OSError at seals.py:60 append_lines")
    assert [line for line in ills() if "vault.seal failed" in line]


def test_a_parked_follow_up_is_said(town, at):
    Delivery.objects.create(district=town.district, table="t", step_id=1, handler="h", due_at=at, state="parked")
    assert [line for line in ills() if line.startswith("1 deliveries failed")]


def test_keys_that_others_may_read_are_said(settings):
    Path(settings.GRIDWARD_KEYS).chmod(0o644)
    assert [line for line in ills() if "chmod 600" in line]


def test_keys_inside_the_home_are_said(settings):
    inside = Path(settings.GRIDWARD_HOME) / "keys.json"
    Path(settings.GRIDWARD_KEYS).rename(inside)
    settings.GRIDWARD_KEYS = inside
    assert [line for line in ills() if "inside the home" in line]


def test_the_command_ends_with_a_refusal_when_something_needs_doing(capsys):
    Pulse.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("doctor")
    assert "✗ 后台进程没有动静" in capsys.readouterr().out

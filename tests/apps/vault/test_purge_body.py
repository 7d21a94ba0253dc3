"""What a step said is deleted for good, as a step of its own, and the purge log is told."""

import json

import pytest

from gridward.audit.models import Entry, StepBody
from gridward.audit.verification import verify_everything
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.vault.actions import purge_body
from gridward.vault.keys import key_ring
from gridward.vault.purges import purge_file, read_purges
from gridward.work.runner import work_off
from tests.apps.cases.scene import Scene

pytestmark = pytest.mark.django_db


def test_the_text_is_gone_the_chain_is_whole_and_the_log_is_told_once(scene: Scene):
    step = scene.report().steps.get()
    purge_body(step=step, reason="request", by=SYSTEM, at=scene.now)
    assert not StepBody.objects.filter(table="cases.CaseStep", step_id=step.pk).exists()
    assert Entry.objects.get(verb="audit.purge_body").subject == f"cases.CaseStep:{step.pk}"
    assert verify_everything(key=key_ring().seal, outside=None).findings == []
    work_off()
    [told] = read_purges(purge_file(scene.town.district.code6))
    assert (told.kind, told.key) == ("body of cases.CaseStep", str(step.pk))


def test_a_text_is_purged_once(scene: Scene):
    step = scene.report().steps.get()
    purge_body(step=step, reason="request", by=SYSTEM, at=scene.now)
    with pytest.raises(RuleBroken) as refused:
        purge_body(step=step, reason="request", by=SYSTEM, at=scene.now)
    assert refused.value.code == "vault.already_purged"
    assert Entry.objects.filter(verb="audit.purge_body").count() == 1


def test_a_line_torn_by_a_crash_is_left_out(scene: Scene):
    step = scene.report().steps.get()
    purge_body(step=step, reason="request", by=SYSTEM, at=scene.now)
    work_off()
    path = purge_file(scene.town.district.code6)
    with path.open("a") as log:
        log.write(json.dumps({"kind": "body of"})[:9])
    assert len(list(read_purges(path.parent))) == 1

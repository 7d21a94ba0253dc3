"""A kill -9 in the middle of a move: no step without its body and its deliveries, no case ahead of its chain."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from gridward.audit.models import StepBody
from gridward.cases.models import Case, CaseClock, CaseStep
from gridward.work.models import Delivery
from tests.apps.cases.scene import Scene, build_kinds, damage
from tests.cast import build_cast
from tests.sessions import TwoSessions
from tests.town import build_town

ROUNDS = 4
CHILD = """
import json, sys, uuid
import django
django.setup()
from gridward.cases.actions.moving import move_case
from gridward.cases.actions.reporting import Report, report_case
from gridward.core.actor import Actor
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.actions import entries

def note(delivery, step): ...
def again(delivery, step): ...

told = json.loads(sys.argv[1])
entries.jobs = lambda: {"cases.submit": (note, again), "cases.accept": (note, again)}
district, cleo = District.objects.get(pk=7), Actor(told["cleo"], "acceptor", told["centre"], 7)
print("ready", flush=True)
while True:
    report = Report(uuid.uuid4(), "phone", told["lamp"], "the lamp is out", "lane", None, uuid.uuid4().hex)
    case = report_case(district=district, report=report, by=cleo, at=clock.now())
    move_case(case=case, move="accept", given={}, by=cleo, at=clock.now())
"""


def test_no_step_is_without_its_deliveries(two_sessions: TwoSessions, at: datetime, tmp_path: Path) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), at)
    told = {"cleo": scene.cast["cleo"].pk, "centre": town.bodies["centre"].pk, "lamp": scene.kinds["lamp"].pk}
    environment = {**two_sessions.environment, "GRIDWARD_HOME": str(tmp_path / "home")}
    for n in range(ROUNDS):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, json.dumps(told)], env=environment, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout and child.stdout.readline() == "ready\n"
        time.sleep(0.35 + 0.037 * n)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    steps = CaseStep.objects.count()
    assert steps > ROUNDS * 2
    assert StepBody.objects.filter(table="cases.CaseStep").count() == steps
    assert Delivery.objects.count() == 2 * steps
    for case in Case.objects.all():
        last = CaseStep.objects.filter(case=case).order_by("-n").first()
        assert last and (last.n, bytes(last.hash), last.state_to) == (case.step_n, bytes(case.step_hash), case.state)
        assert CaseClock.objects.filter(case=case, state="running").count() == 1
    assert damage() == []

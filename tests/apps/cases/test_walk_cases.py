"""Hundreds of random moves through the real actions: what must hold after each of them."""

import random

from gridward.cases.models import Case, CaseClock, CaseRequest, CaseStep
from gridward.core.workflow.clocks import ClockState
from gridward.core.workflow.parse import load
from gridward.work.actions import subject_key
from tests.apps.cases.scene import Scene, damage
from tests.apps.cases.walking import walk
from tests.tiers import TIER

WALKS = 200 if TIER == "full" else 15
TABLE = load()


def test_what_holds_after_any_road(scene: Scene) -> None:
    rng = random.Random(20260304)
    seen = set()
    for _ in range(WALKS):
        _, case = walk(scene, rng)
        seen |= set(CaseStep.objects.filter(case=case).values_list("state_to", flat=True))
        check_case(case)
    assert damage() == []
    assert len(seen) >= 12, seen


def check_case(case: Case) -> None:
    """What holds of a case wherever it is."""
    state = TABLE.state(case.state)
    steps = list(CaseStep.objects.filter(case=case).order_by("n"))
    assert [step.n for step in steps] == list(range(1, case.step_n + 1))
    assert bytes(steps[-1].hash) == bytes(case.step_hash)
    assert all(a.at <= b.at and a.state_to == b.state_from for a, b in zip(steps, steps[1:], strict=False))
    assert case.stage == state.stage.number and case.is_open is not state.is_final
    assert (case.closed_at is None) is case.is_open
    running = list(CaseClock.objects.filter(case=case, state__in=("running", "paused")))
    kinds = {row.kind for row in running}
    expected = {str(kind) for kind in (*state.runs, *state.pauses)} | ({"stage"} if state.stage_limit else set())
    may = {str(kind) for kind in state.may_run}
    assert expected - {"make_safe"} <= kinds <= expected | may, (case.state, kinds)
    for row in running:
        assert (
            row.state == (ClockState.PAUSED if row.kind in state.pauses else ClockState.RUNNING) or row.kind == "total"
        )
    late = CaseClock.objects.filter(case=case, state="late").exists()
    assert case.is_late is late
    open_wishes = set(CaseRequest.objects.filter(case=case, state="asked").values_list("kind", flat=True))
    assert open_wishes <= set(TABLE.requests_open_in(case.state))
    assert subject_key(case)

"""回访: a sample drawn by a seed, called by a body that had no part, typed in and kept out of the residents' rate."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from gridward.audit.models import Read
from gridward.cases.actions.calling import answer_call, draw_round
from gridward.cases.actions.contacts import Reporter
from gridward.cases.models import CallBack, CallBackRound, Case, JointCall, JointTask, Rating
from gridward.core.errors import RuleBroken
from gridward.core.feedback.sampling import Calling, drawn, size_of
from gridward.work import clock
from tests.apps.cases.scene import RESIDENT, Scene, damage, steps

DAY = date(2026, 3, 4)  # of the scene
NEIGHBOUR = Reporter("石奶奶", "13800000009")


def draw(scene: Scene, name: str = "zhao", body: str = "centre", **changes: Any) -> CallBackRound:
    told: dict[str, Any] = {
        "district": scene.town.district, "body": scene.town.bodies[body], "since": DAY, "until": DAY,
        "share_permille": 100, "seed": "a seed", "by": scene.cast.actor(name), "at": scene.now + timedelta(days=1),
    }  # fmt: skip
    return draw_round(**told | changes)


def assist(scene: Scene, case: Case, body: str) -> None:
    """A body that was called to the case and did its part."""
    call = JointCall.objects.create(
        district=scene.town.district, case=case, body=scene.town.bodies["office_liuan"], by=scene.cast["hui"],
        purpose="一起看看", called_at=scene.now, recorded_at=scene.now,
    )  # fmt: skip
    JointTask.objects.create(
        district=scene.town.district, call=call, case=case, body=scene.town.bodies[body], task="到场", state="done",
        amount_s=3600, unit="work_hour", called_at=scene.now, due_at=scene.now,
    )  # fmt: skip


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as found:
        work()
    return found.value.code


def post(client: Client, scene: Scene, call: CallBack, **sent: str) -> HttpResponse:
    with clock.standing_at(scene.now):
        return client.post(f"/cases/call-backs/{call.pk}/", sent)


def test_from_the_draw_to_the_answer(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, zhao, cleo = scene.brought_to("closed", reporter=NEIGHBOUR), client_of("zhao"), client_of("cleo")
    scene.later(days=1)
    days = {"since": "2026-03-04", "until": "2026-03-04", "percent": "10", "body": scene.town.bodies["centre"].pk}
    with clock.standing_at(scene.now):
        assert zhao.post("/cases/call-backs/draw/", days).status_code == 302
        assert zhao.post("/cases/call-backs/draw/", days).status_code == 409, "drawn once"
        shown = cleo.get("/cases/call-backs/").content.decode()
    call, row = CallBack.objects.get(), CallBackRound.objects.get()
    assert case.number in shown and row.seed in shown and len(row.seed) == 32 and row.frame == 1
    before = cleo.get(f"/cases/call-backs/{call.pk}/").content.decode()
    assert "13800000009" not in before and "灯已修好" in before
    opened = post(cleo, scene, call, open="1").content.decode()
    assert "13800000009" in opened and Read.objects.get().purpose == "call_back"
    assert post(cleo, scene, call, words="还行").status_code == 422, "neither question was answered"
    said = {"solved": "no", "satisfied": "2", "words": "只亮了一晚", "reopen": "灯又不亮了，请再修"}
    assert [post(cleo, scene, call, **said).status_code for _ in range(2)] == [302, 302]
    call.refresh_from_db()
    case.refresh_from_db()
    assert (call.state, call.is_solved, call.stars, call.by_id) == ("answered", False, 2, scene.cast["cleo"].pk)
    rating = Rating.objects.get()
    assert (rating.is_typed_by_staff, rating.is_solved, rating.stars) == (True, False, 2)
    assert (case.state, case.reopen_count) == ("rework", 1) and steps(case)[-2:] == ["revisit", "reopen_unsolved"]
    assert damage() == []
    deng = client_of("deng").get(f"/cases/{case.number}/").content.decode()
    assert "灯又不亮了，请再修" in deng and "只亮了一晚" not in deng, "what is wrong, not what was said of the work"


def test_who_rated_already_is_asked_and_stays_the_only_rating(scene: Scene) -> None:
    case = scene.brought_to("closed", reporter=NEIGHBOUR)
    scene.move(case, RESIDENT, "rate", solved=True, satisfied=5)
    call = draw(scene).calls.get()
    told: dict[str, Any] = {"solved": False, "stars": 1, "words": "", "reopen": "", "at": scene.now}
    answer_call(call=call, by=scene.cast.actor("cleo"), **told)
    call.refresh_from_db()
    assert (call.state, call.is_solved) == ("answered", False) and Rating.objects.get().is_solved is True
    assert steps(Case.objects.get())[-1] == "call_back" and damage() == []


def test_not_reached_on_three_half_days_and_no_wish_to_answer(scene: Scene, client_of: Callable[[str], Client]) -> None:
    for _ in range(2):
        scene.brought_to("closed", reporter=NEIGHBOUR)
    first, second = draw(scene).calls.order_by("position")
    cleo, states = client_of("cleo"), []
    for hours in (0, 1, 24, 24):
        scene.later(hours=hours)
        assert post(cleo, scene, first, missed="1").status_code == 302
        states.append(CallBack.objects.get(pk=first.pk).state)
    assert states == ["open", "open", "open", "unreached"]
    assert post(cleo, scene, second, declined="1").status_code == 302
    assert CallBack.objects.get(pk=second.pk).state == "declined" and not Rating.objects.exists()


def test_who_is_drawn_for_whom(scene: Scene) -> None:
    """Never one's own work or that of the body above, never who wished no answer, has no phone, or complained."""
    case = scene.brought_to("closed", reporter=NEIGHBOUR)
    for body in ("maintenance", "contractor"):
        assert refused(lambda body=body: draw(scene, body=body)) == "call_back.nothing_to_draw"
    for changes in ({"reporter": None}, {"reporter": Reporter("", "13800000009", "", "none")}):
        scene.brought_to("closed", **changes)
    scene.make(scene.report("litter", reporter=NEIGHBOUR), "eva", "self_handle")
    scene.make(scene.report(reporter=NEIGHBOUR), "cleo", "refuse")
    before = {"since": DAY - timedelta(days=9), "until": DAY - timedelta(days=1)}
    assert refused(lambda: draw(scene, **before)) == "call_back.nothing_to_draw"
    helped = scene.brought_to("closed", reporter=NEIGHBOUR)
    assist(scene, helped, "committee_liuyin")
    refusal = scene.refusal(helped, "lin", "revisit", solved=True)
    assert refusal == "case.call_back_by_its_body", "who assisted had a part"
    mine = draw(scene, body="committee_liuyin")
    assert [call.case_id for call in mine.calls.all()] == [case.pk], "not what their own grid worker did on the spot"
    rest = draw(scene)
    assert rest.frame == 2 and helped.pk in rest.calls.values_list("case_id", flat=True)
    assert case.pk not in rest.calls.values_list("case_id", flat=True), "never drawn twice"


def test_days_that_are_not_over_are_not_drawn(scene: Scene) -> None:
    for changes in ({"until": DAY + timedelta(days=1)}, {"since": DAY + timedelta(days=1)},
                    {"since": DAY - timedelta(days=400)}, {"share_permille": 0}):  # fmt: skip
        assert refused(lambda changes=changes: draw(scene, **changes)) == "call_back.period"


def test_who_may_draw_and_call(scene: Scene, client_of: Callable[[str], Client]) -> None:
    scene.brought_to("closed", reporter=NEIGHBOUR)
    assert refused(lambda: draw(scene, "cleo")) == "call_back.not_for_your_role"
    call = draw(scene).calls.get()
    for name, status in (("deng", 404), ("ben", 404), ("lin", 404), ("zhao", 404), ("finn", 404), ("cai", 200)):
        assert client_of(name).get(f"/cases/call-backs/{call.pk}/").status_code == status, name
    said: dict[str, Any] = {"solved": True, "stars": 5, "words": "", "reopen": "", "at": scene.now}
    by = scene.cast.actor("lin")
    assert refused(lambda: answer_call(call=call, by=by, **said)) == "call_back.not_for_your_role"


@given(st.sets(st.integers(0, 10**19).map(str), max_size=60), st.text(max_size=8), st.integers(1, 1000), st.randoms())
def test_the_same_seed_draws_the_same_cases(numbers: set[str], seed: str, share: int, rng: Any) -> None:
    calling, mixed = Calling(share, 3, 20), list(numbers)
    rng.shuffle(mixed)
    chosen = drawn(mixed, seed=seed, calling=calling)
    assert chosen == drawn(sorted(numbers), seed=seed, calling=calling)
    assert len(chosen) == len(set(chosen)) == size_of(len(numbers), calling) and set(chosen) <= numbers
    assert drawn(chosen, seed=seed, calling=calling)[:3] == chosen[:3], "who was drawn stays ahead of who was not"


def test_the_size_of_a_sample() -> None:
    calling = Calling(100, 10, 300)
    assert [size_of(n, calling) for n in (0, 4, 10, 100, 101, 2000, 10**6)] == [0, 4, 10, 10, 11, 200, 300]


def test_the_draw_is_that_of_sha256sum() -> None:
    """``printf 'a seed:9001072026030400000' | sha256sum`` and so on, sorted: the lowest three."""
    numbers = [f"900107202603040000{n}" for n in range(9)]
    chosen = drawn(numbers, seed="a seed", calling=Calling(300, 1, 9))
    assert [number[-1] for number in chosen] == ["8", "4", "7"]

"""One move on many cases: what each would do, each by itself, a result for each, once however often it is sent."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gridward.cases.models import Case, CaseStep
from gridward.cases.queries.together import TOGETHER
from gridward.cases.views import together as views
from gridward.core.workflow.parse import load
from gridward.work import clock
from gridward.work.actions import claim_run
from gridward.work.ending import Ending
from gridward.work.models import Run
from gridward.work.performing import perform_run
from tests.apps.cases.scene import Scene, steps

ALL = "/cases/together/"


def send(client: Client, cases: list[Case], **more: Any) -> Any:
    return client.post(ALL, {"case": [case.number for case in cases], **more})


def made(cases: list[Case]) -> list[str]:
    return [Case.objects.get(pk=case.pk).state for case in cases]


def test_the_moves_made_together_are_moves_of_the_table() -> None:
    moves = load().moves
    for code in TOGETHER:
        assert not {*moves[code].needs} & {"category", "filing_condition", "photo", "merged_into"}, code


def test_a_preview_tells_each_case_and_each_is_moved_by_itself(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    waiting = [scene.report() for _ in range(3)]
    filed, other = scene.brought_to("pending_dispatch"), scene.brought_to("pending_filing")
    cleo, name = client_of("cleo"), str(uuid.uuid4())
    with clock.standing_at(scene.later(minutes=1)):
        page = send(cleo, [*waiting, filed, other]).content.decode()
        assert 'value="accept"' in page and '<span class="num">3</span>' in page
        preview = send(cleo, [*waiting, filed], move="accept").content.decode()
        assert preview.count(" checked") == 3 and filed.number in preview
        assert steps(waiting[0]) == ["submit"]
        scene.make(waiting[2], "cai", "accept")
        sent = {"move": "accept", "go": "1", "action_uuid": name}
        answer = send(cleo, [*waiting, filed], **sent)
        result = cleo.get(answer.headers["Location"]).content.decode()
        assert send(cleo, [*waiting, filed], **sent).headers["Location"] == answer.headers["Location"]
    assert made(waiting) == ["pending_filing"] * 3
    assert [steps(case) for case in waiting] == [["submit", "accept"]] * 3
    run = Run.objects.get(kind="cases.move_together")
    assert (run.state, run.progress, len(run.cursor["refused"]), "given" in run.arguments) == ("done", 4, 2, False)
    assert all(case.number in result for case in [*waiting, filed]) and "Refresh" not in answer.headers
    assert client_of("cai").get(answer.headers["Location"]).status_code == 404


def test_bodies_days_and_words_reach_the_moves(scene: Scene, client_of: Callable[[str], Client]) -> None:
    lamps = [scene.brought_to("pending_dispatch"), scene.brought_to("pending_dispatch", "litter")]
    dev, zhao = client_of("dev"), client_of("zhao")
    with clock.standing_at(scene.later(minutes=1)):
        empty = send(zhao, lamps, move="supervise", go="1", action_uuid=str(uuid.uuid4()))
        assert empty.status_code == 422 and not CaseStep.objects.filter(verb="cases.supervise").exists()
        send(dev, lamps, move="dispatch", go="1", action_uuid=str(uuid.uuid4()), body="")
        send(zhao, lamps, move="supervise", go="1", action_uuid=str(uuid.uuid4()), supervision_kind="leader",
             reply_by=scene.day(3).isoformat())  # fmt: skip
    bodies = set(Case.objects.filter(pk__in=[c.pk for c in lamps]).values_list("body_id", "is_supervised"))
    assert made(lamps) == ["pending_handle"] * 2 and bodies == {(scene.town.bodies["maintenance"].pk, True)}


def test_only_cases_in_ones_hands_are_chosen(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.report()
    with clock.standing_at(scene.later(minutes=1)):
        for name in ("finn", "deng", "gao"):
            assert send(client_of(name), [case]).headers["Location"] == "/cases/"
        assert client_of("cleo").get(ALL).headers["Location"] == "/cases/"
        page = client_of("cleo").post(ALL, {"which": "all", "filters": "condition=open&q="}).content.decode()
        assert case.number in page
        assert client_of("cleo").post(ALL, {"which": "page", "shown": [case.number]}).status_code == 200
        assert client_of("cleo").post(ALL, {"which": "all", "filters": "condition=late"}).status_code == 302
        assert f'value="{case.number}"' in client_of("cleo").get("/cases/").content.decode()


def test_many_go_on_in_the_background_are_stopped_and_taken_up_again(
    scene: Scene, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, cleo = [scene.report() for _ in range(3)], client_of("cleo")
    monkeypatch.setattr(views, "FEW", 1)
    with clock.standing_at(scene.later(minutes=1)):
        answer = send(cleo, cases, move="accept", go="1", action_uuid=str(uuid.uuid4()))
        place = answer.headers["Location"]
        assert made(cases) == ["reported"] * 3 and cleo.get(place).headers["Refresh"]
        assert client_of("cai").post(f"{place}steer/", {"do": "stop"}).status_code == 404
        cleo.post(f"{place}steer/", {"do": "stop"})
        assert "Refresh" not in cleo.get(place).headers and claim_run(at=scene.now) is None
        cleo.post(f"{place}steer/", {"do": "resume"})
        Run.objects.update(cursor={"done": 1, "refused": {}})  # the first one was moved before the stop
        run = claim_run(at=scene.now)
        assert run is not None and perform_run(run.pk, Ending()) == "done"
    assert sorted(made(cases)) == ["pending_filing", "pending_filing", "reported"]


def test_who_lost_the_role_meanwhile_moves_nothing(
    scene: Scene, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, cleo = [scene.report(), scene.report()], client_of("cleo")
    monkeypatch.setattr(views, "FEW", 1)
    with clock.standing_at(scene.later(minutes=1)):
        send(cleo, cases, move="accept", go="1", action_uuid=str(uuid.uuid4()))
        scene.cast["cleo"].grants.update(valid_to=scene.day(0))
        run = claim_run(at=scene.now)
        assert run is not None and perform_run(run.pk, Ending()) == "done"
    run.refresh_from_db()
    assert made(cases) == ["reported"] * 2 and len(run.cursor["refused"]) == 2

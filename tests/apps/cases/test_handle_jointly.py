"""街道吹哨、部门报到: bodies called to a case, each with its own part and clock; both sides rated."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from gridward.accounts.queries import held_roles, territory
from gridward.cases.actions.joint import Wanted, act_on_task, call_bodies, rate_task
from gridward.cases.models import Case, JointTask
from gridward.cases.queries import get_case, visible_cases, work_items
from gridward.cases.queries.papers import get_paper, sheet_of
from gridward.cases.queries.visible import may_move
from gridward.core.errors import RuleBroken
from gridward.core.workflow.joint import ACTS, OPEN, Side, TaskState
from gridward.core.workflow.joint import after as state_after
from gridward.districts.queries import local_day
from gridward.notify.models import Message
from gridward.work import clock
from gridward.work.delivering import deliver_round
from gridward.work.items import Box
from tests.apps.cases.scene import Scene, damage, steps

WHY = "下水堵了又冒到路上，一家单位办不了。"


@pytest.fixture
def jointly(scene: Scene) -> Scene:
    """The town with a desk of the sanitation department and one of the civil affairs bureau."""
    for body, name in (("sanitation", "san"), ("civil_affairs", "min")):
        scene.person(name, "department", body, f"body:{scene.town.bodies[body].pk}")
    return scene


def called(scene: Scene, case: Case, *bodies: str, by: str = "hui", hours: int = 4) -> dict[str, JointTask]:
    wanted = [Wanted(scene.town.bodies[body].pk, f"{body}：清运路面的污物。") for body in bodies]
    with clock.standing_at(scene.now):
        call_bodies(case=case, purpose=WHY, wanted=wanted, hours=hours, meet_at=scene.now + timedelta(hours=1),
                    by=scene.cast.actor(by), at=scene.now)  # fmt: skip
    tasks = JointTask.objects.filter(case=case).select_related("body", "call")
    return {body: next(t for t in tasks if t.body_id == scene.town.bodies[body].pk) for body in bodies}


def do(scene: Scene, who: str, task: JointTask, act: str, words: str = "") -> JointTask:
    with clock.standing_at(scene.now):
        return act_on_task(task=task, act=act, words=words, by=scene.cast.actor(who), at=scene.now)


def rate(scene: Scene, who: str, task: JointTask, side: Side, mark: str = "good") -> JointTask:
    with clock.standing_at(scene.now):
        return rate_task(task=task, side=side, mark=mark, words="", by=scene.cast.actor(who), at=scene.now)


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as caught:
        work()
    assert caught.value.sentence("zh") and caught.value.sentence("en")
    return caught.value.code


def sees(scene: Scene, who: str, case: Case) -> tuple[bool, bool, int]:
    """Whether it is in somebody's lists, whether they may move it, and how much they have to do."""
    held = held_roles(scene.cast[who].pk, local_day(scene.town.district, scene.now))[0]
    seen = territory(held)
    todo = work_items(held, seen, box=Box.TODO, at=scene.now, most=9)
    assert len(todo.items) == todo.count == work_items(held, seen, box=Box.TODO, at=scene.now, most=0).count
    return visible_cases(held, seen).filter(pk=case.pk).exists(), may_move(case, held, seen), todo.count


def test_a_subdistrict_calls_two_bodies_and_the_lead_finishes_when_both_have_answered(
    jointly: Scene, client_of: Callable[[str], Client]
) -> None:
    scene, case = jointly, jointly.brought_to("handling")
    assert sees(scene, "san", case) == (False, False, 0)
    assert client_of("san").get(f"/cases/{case.number}/").status_code == 404
    form = {"purpose": WHY, "hours": 4, "body1": scene.town.bodies["sanitation"].pk, "task1": "清运路面的污物。",
            "body2": scene.town.bodies["civil_affairs"].pk, "task2": "安顿受影响的住户。"}  # fmt: skip
    address = f"/cases/{case.number}/joint/"
    assert client_of("deng").get(address).status_code == 404, "a department does not call"
    leader = client_of("hui")
    assert leader.get(address).status_code == 200
    assert leader.post(address, {**form, "task2": ""}).status_code == 422
    assert leader.post(address, form).status_code == 302
    tasks = {task.body.code: task for task in JointTask.objects.filter(case=case).select_related("body")}
    assert {task.state for task in tasks.values()} == {"called"}
    assert sees(scene, "san", case) == (True, False, 1)
    desk, page = client_of("san"), f"/cases/{case.number}/"
    assert "清运路面的污物。" in desk.get(page).content.decode() and page in desk.get("/work/").content.decode()
    assert desk.get(f"{page}moves/confirm/").status_code == 404, "an assistant does not move the case"
    deliver_round()
    assert Message.objects.filter(kind="cases.joint_called", user=scene.cast["san"]).exists()
    case.refresh_from_db()
    assert scene.refusal(case, "ben", "finish", result="主体已修好。") == "joint.still_open"
    offered = client_of("ben").get(page).content.decode()
    assert "moves/finish/" not in offered and "民政局" in offered
    mine, theirs = (f"{page}joint/{tasks[code].public_id}/" for code in ("sanitation", "civil-affairs"))
    assert desk.get(f"{theirs}take/").status_code == 404, "of another body"
    assert desk.post(f"{mine}take/").status_code == 302
    assert desk.post(f"{mine}finish/", {"words": "完"}).status_code == 422
    assert desk.post(f"{mine}finish/", {"words": "污物清完，路面冲洗干净。"}).status_code == 302
    assert client_of("min").post(f"{theirs}give_back/", {"words": "没有住户受影响，不需要安顿。"}).status_code == 302
    scene.move(case, "ben", "finish", result="管道疏通，路面恢复。")
    case = scene.move(case, "deng", "confirm")
    assert case.state == "feedback" and sees(scene, "san", case)[0] and sees(scene, "san", case)[2] == 0
    assert not sees(scene, "min", case)[0], "who gave its part back has it no longer in its lists"
    assert leader.post(f"{mine}rate_turnout/", {"mark": "good", "words": "来得快"}).status_code == 302
    assert desk.post(f"{mine}rate_need/", {"mark": "fair", "words": ""}).status_code == 302
    assert leader.post(f"{mine}rate_turnout/", {"mark": "poor", "words": ""}).status_code == 409
    task = JointTask.objects.get(pk=tasks["sanitation"].pk)
    assert (task.turnout, task.need, task.state) == ("good", "fair", "done")
    told = client_of("hui").get(page).content.decode()
    assert "来得快" in told and "没有住户受影响，不需要安顿。" in told and "环境卫生管理处" in told
    made = ["call_joint", "joint_take", "joint_finish", "joint_give_back", "finish", "confirm", "joint_rate_turnout",
            "joint_rate_need"]  # fmt: skip
    assert steps(case)[-8:] == made and damage() == []


def test_the_lead_says_why_it_goes_on_and_what_is_open_ends_with_the_case(jointly: Scene) -> None:
    scene, case = jointly, jointly.brought_to("pending_handle")
    tasks = called(scene, case, "sanitation", "civil_affairs", by="zhao")
    scene.later(hours=1)
    assert refused(lambda: do(scene, "san", tasks["sanitation"], "excuse", "自己免自己的任务。")) == "joint.not_yours"
    assert refused(lambda: do(scene, "deng", tasks["sanitation"], "excuse", "不等了")) == "joint.say_more"
    do(scene, "deng", tasks["sanitation"], "excuse", "路面已由主办清运，不用再来。")
    assert refused(lambda: do(scene, "san", tasks["sanitation"], "take")) == "joint.not_from_here"
    held = held_roles(scene.cast["zhao"].pk, local_day(scene.town.district, scene.now))[0]
    paper = sheet_of(get_paper(get_case(held, territory(held), case.number), held, "joint"), at=scene.now)
    assert paper.values["assistants"] == "民政局" and "清运路面的污物" in paper.values["division_of_work"]
    assert "赵启明" in str(paper.signed[0])
    for who, move in (("deng", "return_task"), ("dev", "redispatch"), ("deng", "return_task"), ("dev", "ask_ruling")):
        scene.make(case, who, move)
    assert JointTask.objects.get(pk=tasks["civil_affairs"].pk).state == "called", "a call goes on with the next lead"
    scene.make(case, "zhao", "close_unresolved")
    assert JointTask.objects.get(pk=tasks["civil_affairs"].pk).state == "lapsed"
    assert refused(lambda: rate(scene, "zhao", tasks["civil_affairs"], Side.CALLER)) == "joint.rate_later"
    assert refused(lambda: rate(scene, "hui", tasks["sanitation"], Side.CALLER)) == "joint.not_yours"
    rate(scene, "zhao", tasks["sanitation"], Side.CALLER, "fair")
    assert refused(lambda: rate(scene, "zhao", tasks["sanitation"], Side.CALLER)) == "joint.rated_before"


def test_who_may_be_called_and_when(jointly: Scene) -> None:
    scene = jointly
    assert refused(lambda: called(scene, scene.brought_to("pending_dispatch"), "sanitation")) == "joint.not_now"
    case = scene.brought_to("handling")
    assert refused(lambda: called(scene, case, "maintenance")) == "joint.there_already"
    assert refused(lambda: called(scene, case, "sanitation", hours=241)) == "joint.hours"
    assert refused(lambda: called(scene, case)) == "joint.how_many"
    assert refused(lambda: called(scene, case, "sanitation", by="dev")) == "joint.not_yours"
    assert refused(lambda: called(scene, case, "centre")) == "case.choice_unknown"
    task = called(scene, case, "sanitation")["sanitation"]
    assert task.due_at > scene.now and task.derivation, "by the body's own calendar, and it says how"
    assert refused(lambda: called(scene, case, "sanitation")) == "joint.there_already"
    elsewhere = scene.brought_to("handling", position=(114.0075, 28.205))
    assert refused(lambda: called(scene, elsewhere, "sanitation")) == "joint.not_yours", "another subdistrict"
    called(scene, elsewhere, "sanitation", by="zhao")
    complaint = scene.brought_to("pending_dispatch", "conduct", complained_body_id=scene.town.bodies["sanitation"].pk)
    scene.make(complaint, "dev", "dispatch")
    scene.make(complaint, "deng", "accept_task")
    assert refused(lambda: called(scene, complaint, "sanitation")) == "case.complaint_to_its_subject"


@pytest.mark.parametrize("hours", [-1, 24 * 400, -24 * 700_000])
def test_a_meeting_is_later_than_now_and_within_a_year(jointly: Scene, hours: int) -> None:
    case, meet_at = jointly.brought_to("handling"), jointly.now + timedelta(hours=hours)
    wanted = [Wanted(jointly.town.bodies["sanitation"].pk, "清运路面的污物。")]
    given = {"purpose": WHY, "wanted": wanted, "hours": 4, "meet_at": meet_at, "at": jointly.now}
    by = jointly.cast.actor("hui")
    assert refused(lambda: call_bodies(case=case, by=by, **given)) == "joint.meet_when"  # type: ignore[arg-type]


def test_a_body_that_becomes_the_lead_assists_no_longer(jointly: Scene) -> None:
    scene, case = jointly, jointly.brought_to("pending_handle")
    task = called(scene, case, "sanitation")["sanitation"]
    scene.make(case, "deng", "return_task")
    scene.move(case, "dev", "redispatch", body=scene.town.bodies["sanitation"].pk)
    assert JointTask.objects.get(pk=task.pk).state == "lapsed"


def test_every_open_state_has_a_way_out_for_the_body_and_for_the_lead() -> None:
    for state in OPEN:
        sides = {act.side for act in ACTS.values() if state in act.sources and act.target not in OPEN}
        assert sides == {Side.ASSISTANT, Side.LEAD}
    ended = set(TaskState) - set(OPEN)
    assert not any(set(act.sources) & ended for act in ACTS.values())
    assert state_after("finish", "taken", "做完了。") is TaskState.DONE

"""事项准入: nothing beyond the list is pushed onto a community; two roles may admit more, for a time."""

from collections.abc import Callable

import pytest
from django.test import Client

from gridward.accounts.models import Grant
from gridward.cases.actions.joint import Wanted, call_bodies
from gridward.cases.models import Category
from gridward.cases.queries.routing import major_key
from gridward.core.errors import RuleBroken
from gridward.duties.actions.listing import ask_admission, decide_admission, end_duty, list_duty
from gridward.duties.models import ListedDuty
from gridward.duties.queries.listed import Passing, passing, whole_list
from gridward.work import clock
from tests.apps.cases.conftest import home, scene  # noqa: F401
from tests.apps.cases.scene import Scene

WHY = "积水封路，先请社区摆放提示牌。"


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as caught:
        work()
    assert caught.value.sentence("zh") and caught.value.sentence("en")
    return caught.value.code


def listed(scene: Scene, kind: str, *, only_assists: bool = False, by: str = "zhao") -> ListedDuty:  # noqa: F811
    with clock.standing_at(scene.now):
        return list_duty(
            district=scene.town.district, matter=str(scene.kinds[kind].pk), basis="示例办法", at=scene.now,
            only_assists=only_assists, valid_from=scene.day(0), by=scene.cast.actor(by),
        )  # fmt: skip


def asked(scene: Scene, kind: str, *, by: str = "dev", days: int = 10, where: str | None = "liuan") -> ListedDuty:  # noqa: F811
    with clock.standing_at(scene.now):
        return ask_admission(
            district=scene.town.district, matter=str(scene.kinds[kind].pk), reason=WHY, until=scene.day(days),
            division=scene.town.divisions[where] if where else None, by=scene.cast.actor(by), at=scene.now,
        )  # fmt: skip


def decided(scene: Scene, duty: ListedDuty, by: str, *, on: bool = True, answer: str = "") -> ListedDuty:  # noqa: F811
    with clock.standing_at(scene.now):
        return decide_admission(duty=duty, on=on, answer=answer, by=scene.cast.actor(by), at=scene.now)


def test_the_whole_list_says_of_every_matter_what_asking_for_it_says(scene: Scene) -> None:  # noqa: F811
    district, (here, there) = scene.town.district.pk, [scene.town.divisions[code].pk for code in ("liuan", "qiaodong")]
    meal, lamp = (str(scene.kinds[kind].pk) for kind in ("meal", "lamp"))

    def same(days: range) -> list[Passing]:
        read, told = whole_list(district), []
        for matters in ((meal,), (lamp,), (lamp, meal), ("nothing",)):
            for place in (here, there, None):
                for day in map(scene.day, days):
                    told.append(passing(district, matters, (place,), day))
                    assert read.passing(matters, (place,), day) == told[-1], (matters, place, day)
        return told

    assert set(same(range(2))) == {Passing.LEAD}, "a list that was never made binds nobody"
    listed(scene, "meal", only_assists=True)
    decided(scene, asked(scene, "lamp", days=3), "hui")
    assert set(same(range(-1, 5))) == set(Passing)


def test_only_what_is_listed_or_admitted_is_sent_to_a_community(
    scene: Scene,  # noqa: F811
    client_of: Callable[[str], Client],
) -> None:
    committee, page = scene.town.bodies["committee_liuyin"].pk, "/communities/duties/"
    free = scene.brought_to("pending_dispatch")
    scene.move(free, "dev", "dispatch", body=committee)  # a list that was never made binds nobody
    assert client_of("lin").get(page).status_code == 200
    form = {"form": "keep", "keep-matter": scene.kinds["meal"].pk, "keep-valid_from": scene.day(0).isoformat()}
    assert client_of("lin").post(page, form).status_code == 200 and not ListedDuty.objects.exists()
    assert client_of("zhao").post(page, form).status_code == 302
    assert client_of("zhao").post(page, form).status_code == 422, "it is there already"
    meal, lamp = scene.brought_to("pending_dispatch", "meal"), scene.brought_to("pending_dispatch")
    scene.move(meal, "dev", "dispatch", body=committee)
    assert scene.refusal(lamp, "dev", "dispatch", body=committee) == "case.not_for_community"
    told = client_of("dev").post(f"/cases/{lamp.number}/moves/dispatch/", _form(client_of("dev"), lamp, committee))
    assert told.status_code == 409 and "不在社区事项准入清单上" in told.content.decode()
    duty = asked(scene, "lamp")
    for nobody in ("dev", "zhao", "lin", "deng"):
        assert refused(lambda who=nobody: decided(scene, duty, who)) == "listed.not_decider"  # type: ignore[misc]
    assert refused(lambda: decided(scene, duty, _also_director(scene, "dev"))) == "listed.not_decider", "who asked"
    assert WHY in client_of("hui").get(page).content.decode()
    assert client_of("hui").post(f"{page}{duty.pk}/decide/", {"on": "1"}).status_code == 302
    assert refused(lambda: decided(scene, duty, "wen")) == "listed.decided_already"
    scene.move(lamp, "dev", "dispatch", body=committee)
    there = scene.brought_to("pending_dispatch", position=(114.0075, 28.205))
    other = scene.town.bodies["committee_xinqiao"].pk
    assert scene.refusal(there, "dev", "dispatch", body=other) == "case.not_for_community", "another subdistrict"
    scene.later(days=11)
    late = scene.brought_to("pending_dispatch")
    assert scene.refusal(late, "dev", "dispatch", body=committee) == "case.not_for_community", "the time is over"


def _also_director(scene: Scene, name: str) -> str:  # noqa: F811
    """The same person in a second role, which could decide."""
    district, cast = scene.town.district, scene.cast
    Grant.objects.create(district=district, user=cast[name], role="district_director", body=cast.bodies[name],
                         scope=f"district:{district.pk}", valid_from=scene.day(-9), recorded_at=scene.now)  # fmt: skip
    cast.users["both"], cast.bodies["both"], cast.roles["both"] = cast[name], cast.bodies[name], "district_director"
    return "both"


def _form(client: Client, case: object, body: int) -> dict[str, object]:
    form = client.get(f"/cases/{case.number}/moves/dispatch/").context["form"]  # type: ignore[attr-defined]
    return {"action_uuid": form["action_uuid"].value(), "seen_n": form["seen_n"].value(), "body": body}


def test_what_a_community_only_assists_with_it_never_leads(scene: Scene) -> None:  # noqa: F811
    listed(scene, "lamp", only_assists=True)
    committee, case = scene.town.bodies["committee_liuyin"].pk, scene.brought_to("pending_handle")
    waiting = scene.brought_to("pending_dispatch")
    assert scene.refusal(waiting, "dev", "dispatch", body=committee) == "case.community_only_assists"
    meal = scene.brought_to("handling", "meal")
    call = {"purpose": WHY, "wanted": [Wanted(committee, "摆放提示牌。")], "hours": 4, "meet_at": None}
    with clock.standing_at(scene.now):
        by = {"by": scene.cast.actor("hui"), "at": scene.now}
        assert call_bodies(case=case, **call, **by).tasks.count() == 1  # type: ignore[arg-type]
        assert refused(lambda: call_bodies(case=meal, **call, **by)) == "case.not_for_community"  # type: ignore[arg-type]


def test_a_whole_class_is_listed_and_taken_off_and_rights_and_times_are_kept(scene: Scene) -> None:  # noqa: F811
    Category.objects.filter(district=scene.town.district).update(major_zh="照明", major_en="Lighting")
    key, today = major_key(Category.objects.get(pk=scene.kinds["lamp"].pk)), scene.day(0)
    given = {"district": scene.town.district, "basis": "", "only_assists": False, "valid_from": today, "at": scene.now}
    with clock.standing_at(scene.now):
        duty = list_duty(matter=key, by=scene.cast.actor("sun"), **given)  # type: ignore[arg-type]
        assert refused(lambda: list_duty(matter="0", by=scene.cast.actor("sun"), **given)) == "listed.matter_unknown"  # type: ignore[arg-type]
        assert refused(lambda: list_duty(matter=key, by=scene.cast.actor("dev"), **given)) == "listed.not_keeper"  # type: ignore[arg-type]
    committee = scene.town.bodies["committee_liuyin"].pk
    scene.move(scene.brought_to("pending_dispatch"), "dev", "dispatch", body=committee)
    assert refused(lambda: asked(scene, "lamp", days=91)) == "listed.how_long"
    assert refused(lambda: asked(scene, "lamp", days=0)) == "listed.how_long"
    assert refused(lambda: asked(scene, "lamp", by="lin")) == "listed.not_asker"
    wide = asked(scene, "meal", where=None)
    assert refused(lambda: decided(scene, wide, "hui")) == "listed.not_decider", "beyond her subdistrict"
    assert refused(lambda: decided(scene, wide, "wen", on=False)) == "listed.say_why"
    assert decided(scene, wide, "wen", on=False, answer="社区没有这个条件。").state == "refused"
    listed(scene, "conduct")
    scene.later(days=1)
    with clock.standing_at(scene.now):
        end_duty(duty=duty, by=scene.cast.actor("zhao"), at=scene.now)
        assert refused(lambda: end_duty(duty=duty, by=scene.cast.actor("zhao"), at=scene.now)) == "listed.ended_already"
    case = scene.brought_to("pending_dispatch")
    assert scene.refusal(case, "dev", "dispatch", body=committee) == "case.not_for_community"

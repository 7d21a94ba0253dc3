"""Routing rules: a draft is written, tried on past cases and put live; dispatch proposes by them and says why."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from gridward.accounts.queries import held_roles
from gridward.audit.models import Entry
from gridward.cases.actions import routing as rules
from gridward.cases.models import Case, RoutingRule, RoutingTable
from gridward.cases.queries.page import case_page
from gridward.cases.queries.routing import major_key, route_of
from gridward.cases.templatetags.cases import said
from gridward.core.dispatch.rules import Route
from gridward.core.dispatch.trial import Trial
from gridward.core.errors import RuleBroken
from gridward.work import clock
from tests.apps.cases.scene import LIUYIN_E, XINQIAO, Scene


class Desk:
    """Somebody at the rules."""

    def __init__(self, scene: Scene, who: str = "dev") -> None:
        self.scene, self.by = scene, scene.cast.actor(who)

    def _do(self, work: Callable[..., Any], **given: Any) -> Any:
        with clock.standing_at(self.scene.now):
            return work(by=self.by, at=self.scene.now, **given)

    def begin(self) -> RoutingTable:
        return self._do(rules.begin_draft, district=self.scene.town.district)

    def put(
        self, draft: RoutingTable, body: str = "", kind: str = "", number: int | None = None, **when: Any
    ) -> RoutingRule:
        target = self.scene.town.bodies[body] if body else None
        return self._do(
            rules.put_rule, table=draft, number=number, conditions=when, body=target, body_kind=kind, reason=""
        )

    def try_out(self, draft: RoutingTable) -> Trial:
        return self._do(rules.try_draft, table=draft)

    def live(self, draft: RoutingTable) -> RoutingTable:
        return self._do(rules.go_live, table=draft)

    def drop(self, draft: RoutingTable, number: int) -> None:
        self._do(rules.drop_rule, table=draft, number=number)

    def refused(self, work: Callable[..., Any], *given: Any, **more: Any) -> str:
        with pytest.raises(RuleBroken) as broken:
            work(*given, **more)
        return broken.value.code


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return Desk(scene)


def returned_once(scene: Scene, to: str = "office_liuan") -> Case:
    """A lamp that city maintenance gave back and another body did."""
    case = scene.make(scene.brought_to("pending_handle"), "deng", "return_task")
    case = scene.move(case, "dev", "redispatch", body=scene.town.bodies[to].pk)
    Case.objects.filter(pk=case.pk).update(feedback_at=scene.now)
    return case


def test_a_draft_is_tried_put_live_and_says_at_every_dispatch_why(scene: Scene, desk: Desk) -> None:
    lamp, town = scene.kinds["lamp"], scene.town
    past = [returned_once(scene) for _ in range(3)]
    draft = desk.begin()
    assert desk.begin().pk == draft.pk, "one draft at a time"
    assert desk.refused(desk.live, draft) == "routing.not_tried"
    trial = desk.try_out(draft)
    assert (trial.cases, trial.changed, trial.right_after) == (3, 0, 0)
    [lesson] = trial.lessons
    assert (lesson.final, lesson.cases, lesson.category) == (town.bodies["office_liuan"].pk, 3, str(lamp.pk))
    rule = desk.put(draft, kind="subdistrict_office", categories=[major_key(lamp)], subdistricts=[lesson.subdistrict])
    assert desk.refused(desk.live, draft) == "routing.not_tried", "what was tried is not what stands there now"
    trial = desk.try_out(draft)
    assert (trial.changed, trial.saved, trial.risked, trial.right_after, trial.lessons) == (3, 3, 0, 3, [])
    assert {change.number for change in trial.changes} == {case.number for case in past}
    live = desk.live(draft)
    assert (live.state, live.n) == ("live", 1)
    here, there = scene.brought_to("pending_dispatch"), scene.brought_to("pending_dispatch", position=XINQIAO)
    assert (route_of(here), route_of(there)) == (
        Route(town.bodies["office_liuan"].pk, rule.number), Route(town.bodies["maintenance"].pk, 0)
    )  # fmt: skip
    sent = scene.move(here, "dev", "dispatch", body=town.bodies["office_liuan"].pk)
    assert why(scene, sent) == f"Sent there because routing rule {rule.number} says so (version 1)."
    other = scene.brought_to("pending_dispatch")
    assert "proposed another body" in why(scene, scene.make(other, "dev", "dispatch"))
    assert "usual body" in why(scene, scene.make(there, "dev", "dispatch"))
    assert Entry.objects.filter(verb="cases.routing_live").count() == 1


def why(scene: Scene, case: Case) -> str:
    [held] = held_roles(scene.cast["dev"].pk, scene.day(0))
    with override("en"):
        return said(case_page(case, held, at=scene.now, may_move=True).steps[-1].said)


def test_the_next_version_begins_as_the_live_one_and_numbers_are_never_given_twice(scene: Scene, desk: Desk) -> None:
    draft = desk.begin()
    first, second = (
        desk.put(draft, "sanitation", families=["help"]),
        desk.put(draft, "civil_affairs", families=["voice"]),
    )
    desk.drop(draft, second.number)
    desk.try_out(draft)
    desk.live(draft)
    later = desk.begin()
    assert (later.n, [row.number for row in later.rules.all()]) == (2, [first.number])
    third = desk.put(later, "maintenance", families=["dispute"])
    assert third.number == second.number + 1
    rules.shift_rule(table=later, number=third.number, up=True, by=desk.by, at=scene.now)
    assert list(later.rules.order_by("position").values_list("number", flat=True)) == [third.number, first.number]
    desk.put(later, "maintenance", number=first.number, families=["help"], days="rest", hours=[1320, 360])
    assert RoutingRule.objects.get(table__n=1, number=first.number).conditions == {"families": ["help"]}, (
        "kept as it was"
    )
    desk.try_out(later)
    desk.live(later)
    assert dict(RoutingTable.objects.values_list("n", "state")) == {1: "retired", 2: "live"}
    assert desk.refused(desk.put, later, "maintenance", families=["help"]) == "routing.no_draft"


def test_a_complaint_is_never_proposed_to_its_subject_or_one_below_it(scene: Scene, desk: Desk) -> None:
    draft = desk.begin()
    desk.put(draft, kind="residents_committee", families=["voice"])
    desk.put(draft, "office_liuan", families=["voice"])
    desk.put(draft, "civil_affairs", families=["voice"])
    desk.try_out(draft)
    desk.live(draft)
    case = scene.report("conduct", position=LIUYIN_E)
    assert route_of(case).body == scene.town.bodies["committee_liuyin"].pk
    case.complained_body = scene.town.bodies["office_liuan"]
    assert route_of(case).body == scene.town.bodies["civil_affairs"].pk
    case.complained_body = scene.town.bodies["centre"]
    assert route_of(case) is None, "all stand below the centre"


def test_what_cannot_be_is_refused_and_changes_nothing(scene: Scene, desk: Desk) -> None:
    draft, town = desk.begin(), scene.town
    assert desk.refused(desk.put, draft, "maintenance") == "routing.holds_for_all"
    assert desk.refused(desk.put, draft, "maintenance", kind="contractor", families=["help"]) == "routing.one_target"
    assert desk.refused(desk.put, draft, families=["help"]) == "routing.one_target"
    assert desk.refused(desk.put, draft, kind="information_station", families=["help"]) == "routing.kind_unknown"
    assert desk.refused(desk.put, draft, "centre", families=["help"]) == "case.choice_unknown"
    assert desk.refused(desk.put, draft, "maintenance", number=77, families=["help"]) == "routing.no_rule"
    town.bodies["stranger"] = town.other_body
    assert desk.refused(desk.put, draft, "stranger", families=["help"]) == "case.choice_unknown"
    for who in ("cleo", "deng", "sun", "eva"):
        assert desk.refused(Desk(scene, who).begin) == "routing.not_editor"
    assert draft.rules.count() == 0


def test_the_pages_take_a_dispatcher_through_it_and_show_others_only_what_is_live(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    dev, deng, lamp = client_of("dev"), client_of("deng"), scene.kinds["lamp"]
    assert dev.post("/cases/routing/begin/").status_code == 302
    assert deng.get("/cases/routing/").status_code == 200
    for address in ("begin/", "try/", "live/", "give-up/", "rules/new/", "rules/1/shift/", "rules/1/drop/"):
        assert deng.post(f"/cases/routing/{address}").status_code == 404
    given = {"categories": [str(lamp.pk)], "starts": "22:00", "ends": "06:00", "days": "rest", "is_urgent": "no",
             "grids": scene.town.grids["liuyin_w"].code, "body": scene.town.bodies["office_liuan"].pk}  # fmt: skip
    broken = dev.post("/cases/routing/rules/new/", {**given, "ends": "", "grids": "nowhere"})
    assert broken.status_code == 422
    assert "nowhere" in broken.content.decode()
    assert dev.post("/cases/routing/rules/new/", given).status_code == 302
    row = RoutingRule.objects.get()
    assert row.conditions == {
        "categories": [str(lamp.pk)], "grids": [str(scene.town.grids["liuyin_w"].pk)], "is_urgent": False,
        "days": "rest", "hours": [1320, 360],
    }  # fmt: skip
    shown = dev.get(f"/cases/routing/rules/{row.number}/").content.decode()
    assert 'value="22:00"' in shown
    assert scene.town.grids["liuyin_w"].code in shown
    page = dev.get("/cases/routing/").content.decode()
    assert "22:00–06:00" in page
    assert scene.town.bodies["office_liuan"].name_zh in page
    assert scene.town.bodies["office_liuan"].name_zh not in deng.get("/cases/routing/").content.decode()
    assert dev.post("/cases/routing/try/").status_code == 302
    assert dev.post("/cases/routing/live/").status_code == 302
    assert scene.town.bodies["office_liuan"].name_zh in deng.get("/cases/routing/").content.decode()

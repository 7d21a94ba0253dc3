"""不在与替班: new work goes to who stands in, limits stay, nothing is asked of why."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from gridward.accounts.models import Grant, User
from gridward.accounts.queries import chosen, held_roles
from gridward.cases.models import Case, CaseClock
from gridward.cases.queries.choices import handlers_for
from gridward.cases.queries.persons import persons_for
from gridward.core.errors import RuleBroken
from gridward.duties.actions.absences import begin_absences, end_absence, enter_absence
from gridward.duties.forms import AbsenceForm
from gridward.duties.models import Absence
from gridward.duties.queries import next_duty
from gridward.work import clock
from tests.apps.cases.scene import LIUYIN_W, Scene, damage, steps

AWAY = "/absences/"


@pytest.fixture
def sha(scene: Scene) -> User:
    return scene.person("sha", "handler", "maintenance", f"body:{scene.town.bodies['maintenance'].pk}")


def enter(scene: Scene, who: str, by: str, cover: User | None, first: int = 0, days: int = 3, **more: Any) -> Absence:
    user = scene.cast[who]
    held = chosen(held_roles(scene.cast[by], scene.day(0)), None)
    assert held is not None
    with clock.standing_at(scene.now):
        return enter_absence(
            user=user, cover=cover, first=scene.day(first), last=scene.day(first + days - 1),
            hands_over=more.get("hands_over", False), held=held, at=scene.now,
        )  # fmt: skip


def code_of(work: Callable[..., Any], *given: Any, **more: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        work(*given, **more)
    assert broken.value.sentence("zh") and broken.value.sentence("en")
    return broken.value.code


def test_new_work_goes_to_who_stands_in_and_the_limit_is_the_same(
    scene: Scene, sha: User, client_of: Callable[[str], Client]
) -> None:
    before, waits = scene.brought_to("handling"), scene.brought_to("handled")
    row = enter(scene, "ben", "deng", sha)
    assert row.begun_at == scene.now and Case.objects.get(pk=before.pk).handler == scene.cast["ben"], "stays in hand"
    case = scene.brought_to("pending_handle")
    due = CaseClock.objects.get(case=case, kind="handle").due_at
    persons = persons_for(case, list(handlers_for(case, scene.now)), "handler", scene.now)
    assert persons.proposed and persons.proposed.user == sha
    with clock.standing_at(scene.now):
        page = client_of("deng").get(f"/cases/{case.number}/moves/accept_task/").content.decode()
        assert "卞军 — 不在" in page and "由示例sha替班" in page
    assert scene.make(case, "deng", "accept_task").handler == sha
    assert CaseClock.objects.get(case=case, kind="handle").due_at == due
    assert scene.move(waits, "deng", "reject_result", reason="还有一盏灯没有修好").handler == sha, (
        "comes back to the cover"
    )
    assert next_duty(user=scene.cast["ben"], at=scene.now) > scene.now + timedelta(days=2), "no messages while away"
    scene.later(days=3)
    late = scene.brought_to("pending_handle")
    assert scene.make(late, "deng", "accept_task").handler == scene.cast["ben"] and damage() == []


def test_what_is_in_hand_goes_over_on_the_first_day_where_that_was_wished(scene: Scene, sha: User) -> None:
    mine, other = scene.brought_to("handling"), scene.brought_to("pending_handle")
    enter(scene, "ben", "ben", sha, first=1, hands_over=True)
    with clock.standing_at(scene.now):
        assert begin_absences(at=scene.now) == 0
    with clock.standing_at(scene.later(days=1)):
        assert begin_absences(at=scene.now) == 1 and begin_absences(at=scene.now) == 0
    assert Case.objects.get(pk=mine.pk).handler == sha and steps(mine)[-1] == "hand_over"
    assert steps(other)[-1] == "dispatch" and damage() == []


def test_a_grid_is_lent_for_the_days_and_called_in_when_somebody_is_back_earlier(scene: Scene) -> None:
    eva, gao = scene.cast["eva"], scene.cast["gao"]
    case = scene.make(scene.report(position=LIUYIN_W), "cleo", "ask_verification")
    assert scene.refusal(case, "deng", "verify_true") == "workflow.not_your_role"
    row = enter(scene, "gao", "lin", eva)
    lent = Grant.objects.get(pk__in=row.lent)
    assert (lent.user, lent.scope, lent.valid_to) == (eva, f"grid:{scene.town.grids['liuyin_w'].pk}", scene.day(3))
    named = scene.report(position=LIUYIN_W)
    assert scene.move(named, "cleo", "ask_verification", verifier=gao.pk).checker == eva
    held = chosen(held_roles(gao, scene.day(0)), None)
    assert held is not None
    with clock.standing_at(scene.later(hours=1)):
        end_absence(absence=row, held=held, at=scene.now)
        assert code_of(end_absence, absence=row, held=held, at=scene.now) == "absence.over"
    assert Grant.objects.get(pk=lent.pk).valid_to == scene.day(0)


def test_who_may_enter_it_and_what_cannot_be(scene: Scene, sha: User) -> None:
    ben = scene.cast["ben"]
    assert code_of(enter, scene, "ben", "lin", None) == "absence.not_yours"
    assert code_of(enter, scene, "ben", "deng", scene.cast["gao"]) == "absence.cover_wrong"
    assert code_of(enter, scene, "ben", "deng", sha, first=-1) == "absence.days_wrong"
    assert code_of(enter, scene, "ben", "deng", sha, days=0) == "absence.days_wrong"
    enter(scene, "ben", "sun", sha)
    assert code_of(enter, scene, "ben", "ben", None, first=2) == "absence.overlaps"
    assert code_of(enter, scene, "sha", "deng", None, first=2) == "absence.cover_away", "stands in for Ben then"
    assert code_of(enter, scene, "sha", "deng", ben, first=1) == "absence.cover_away"
    assert enter(scene, "sha", "deng", ben, first=3).valid_from == scene.day(3)


def test_the_page_asks_for_the_person_then_for_days_and_cover(
    scene: Scene, sha: User, client_of: Callable[[str], Client]
) -> None:
    scene.brought_to("handling")
    deng, ben = client_of("deng"), scene.cast["ben"]
    with clock.standing_at(scene.now):
        page = deng.get(AWAY, {"person": ben.public_id}).content.decode()
        assert str(sha.public_id) in page and "手上的活" in page and "<b>1</b>" in page
        given = {"person": ben.public_id, "first": scene.day(0), "last": scene.day(2), "cover": sha.public_id}
        assert deng.post(AWAY, given | {"cover": "", "hands_over": "on"}).status_code == 422
        assert deng.post(AWAY, given | {"hands_over": "on"}).status_code == 302
        assert Case.objects.get().handler == sha and Absence.objects.get().valid_to == date(2026, 3, 7)
        assert "示例sha" in deng.get(AWAY).content.decode() and "卞军" in client_of("ben").get(AWAY).content.decode()
        row = Absence.objects.get()
        assert client_of("gao").post(f"{AWAY}{row.pk}/end/").status_code == 404
        assert client_of("ben").post(f"{AWAY}{row.pk}/end/").status_code == 302
        assert client_of("wen").get(AWAY, {"person": ben.public_id}).status_code == 200


def test_nobody_lends_grids_to_themselves_and_a_complaint_does_not_go_to_its_subject_s_people(
    scene: Scene, sha: User
) -> None:
    assert code_of(enter, scene, "ben", "deng", scene.cast["deng"]) == "accounts.not_to_oneself"
    case = scene.brought_to("handling", "lamp")
    Case.objects.filter(pk=case.pk).update(complained_body=scene.town.bodies["sanitation"])
    held = f"body:{scene.town.bodies['sanitation'].pk}"
    Grant.objects.create(district=scene.town.district, user=sha, role="handler", body=scene.town.bodies["sanitation"],
                         scope=held, valid_from=scene.day(-9), recorded_at=scene.now)  # fmt: skip
    enter(scene, "ben", "deng", sha, hands_over=True)
    case.refresh_from_db()
    assert case.handler == scene.cast["ben"]


def test_days_beyond_the_calendar_are_said() -> None:
    form = AbsenceForm({"first": "9999-12-30", "last": "9999-12-31"}, person=None, covers=[])
    assert set(form.errors) == {"first", "last"}

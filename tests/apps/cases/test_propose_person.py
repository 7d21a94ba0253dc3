"""The form that names a person proposes one for this case, with every reason; the department decides."""

import re
from collections.abc import Callable

from django.test import Client

from gridward.areas.models import GroundFeature
from gridward.cases.models import Case
from gridward.cases.queries.choices import handlers_for
from gridward.cases.queries.persons import Persons, persons_for
from gridward.duties.models import Shift
from gridward.work import clock
from tests.apps.cases.scene import LIUYIN_W, Scene


def asked(scene: Scene, case: Case) -> Persons:
    return persons_for(case, list(handlers_for(case, scene.now)), "handler", scene.now)


def test_who_could_be_there_soonest_is_proposed_and_another_may_be_chosen(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    town, body = scene.town, scene.town.bodies["maintenance"]
    sha = scene.person("sha", "handler", "maintenance", f"body:{body.pk}")
    far = scene.brought_to("handling", position=LIUYIN_W)
    done = scene.brought_to("closed")
    case = scene.brought_to("pending_handle")
    people = {one.user.username: one for one in asked(scene, case).people}
    assert done.handler == scene.cast["ben"] and far.handler == scene.cast["ben"]
    ben, new = people["ben"].candidate, people["sha"].candidate
    assert (ben.open_work, ben.is_used_to_it, new.open_work, new.is_used_to_it) == (1, True, 0, False)
    assert not ben.is_along_streets and 480 < (ben.way_m or 0) < 500 and new.way_m is None
    assert asked(scene, case).proposed == people["sha"], "20 minutes against 30 and the way"
    (west, south), east = LIUYIN_W, 113.9975
    line = f"LINESTRING({west} {south}, {west} {south - 0.001}, {east} {south - 0.001}, {east} {south})"
    GroundFeature.objects.create(district=town.district, kind="street", shape=f"SRID=4326;{line}", source="示例")
    walked = next(one for one in asked(scene, case).people if one.user.username == "ben").candidate
    assert walked.is_along_streets and (walked.way_m or 0) > (ben.way_m or 0) + 200
    deng = client_of("deng")
    address = f"/cases/{case.number}/moves/accept_task/"
    page = deng.get(address).content.decode()
    assert f'value="{sha.pk}" selected' in page and "为这件事建议：示例sha" in page and "沿街" in page
    assert page.index(">卞军 — ") < page.index(">示例sha — "), "by name, never by who is better"
    found = dict(re.findall(r'name="(action_uuid|seen_n)" value="([^"]*)"', page))
    deng.post(address, found | {"handler": scene.cast["ben"].pk})
    assert Case.objects.get(pk=case.pk).handler == scene.cast["ben"], "the department decides"
    again = deng.get(f"/cases/{case.number}/moves/reassign/").content.decode()
    assert "为这件事建议：示例sha" in again, "who has it is not proposed to have it"


def test_who_is_off_shift_waits_and_says_until_when(scene: Scene) -> None:
    body = scene.town.bodies["maintenance"]
    team = scene.town.bodies["office_liuan"]
    scene.person("sha", "handler", "maintenance", f"body:{body.pk}")
    for row, starts, ends in ((body, "18:00", "22:00"), (team, "08:00", "17:00")):
        Shift.objects.create(
            district=scene.town.district, body=row, name_zh="班", name_en="Shift", weekdays="1111111", starts_at=starts,
            ends_at=ends, follows_calendar=False, valid_from=scene.now.date(), recorded_at=scene.now,
        )  # fmt: skip
    case = scene.brought_to("pending_handle")
    with clock.standing_at(scene.now):
        offs = {one.user.username: one.candidate.off_min for one in asked(scene, case).people}
    assert offs == {"ben": 480.0, "sha": 480.0}, "10:00 in the morning, the shift begins at 18:00"

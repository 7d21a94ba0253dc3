"""Before it is sent: when a body's clock would start and end; and then it does."""

from typing import Any

import pytest

from gridward.cases.queries.starting import Starts
from gridward.districts.models import WorkingCalendar
from gridward.work import clock
from tests.apps.cases.scene import Scene, running
from tests.apps.cases.test_keep_clocks import local


@pytest.mark.parametrize(
    ("kind", "moment", "begins"),
    [("lamp", local(4, 10), local(4, 10)), ("lamp", local(4, 12, 30), local(4, 14)),
     ("lamp", local(6, 19), local(9, 8)), ("pothole", local(6, 23, 30), local(6, 23, 30))],
)  # fmt: skip
def test_what_is_said_before_is_what_the_clocks_do(scene: Scene, kind: str, moment: Any, begins: Any) -> None:
    scene.now = moment
    case, body = scene.brought_to("pending_dispatch", kind), scene.town.bodies["maintenance"]
    said = Starts(case, scene.now).of(body)
    assert said is not None and said.begins_at == begins and said.is_now is (begins == moment)
    case = scene.make(case, "dev", "dispatch")
    assert running(case, "handle").due_at == said.due_at
    assert (running(case, "make_safe").due_at if kind == "pothole" else None) == said.safe_by


def test_bodies_of_another_calendar_start_at_their_own_time_and_the_form_says_so(scene: Scene, client_of: Any) -> None:
    late = WorkingCalendar.objects.create(
        district=scene.town.district,
        code="evening",
        name_zh="晚班",
        name_en="Evenings",
        week=[[["18:00", "22:00"]]] * 7,
    )
    body = scene.town.bodies["sanitation"]
    body.calendar = late
    body.save()
    case = scene.brought_to("pending_dispatch")
    browser = client_of("dev")
    browser.cookies["gridward_language"] = "en"
    with clock.standing_at(local(4, 12, 30)):
        html = browser.get(f"/cases/{case.number}/moves/dispatch/").content.decode()
    assert "City Maintenance — starts 03-04 14:00, due 03-04 18:00" in html
    assert "Sanitation Department — starts 03-04 18:00, due 03-04 22:00" in html
    assert "If it is sent now" in html and "next working minute" in html


def test_an_urgent_case_says_that_it_starts_at_once(scene: Scene, client_of: Any) -> None:
    case = scene.brought_to("pending_dispatch", "pothole")
    browser = client_of("dev")
    browser.cookies["gridward_language"] = "en"
    with clock.standing_at(local(4, 23)):
        html = browser.get(f"/cases/{case.number}/moves/dispatch/").content.decode()
    assert "City Maintenance — starts at once, due 03-05 01:00" in html and "made safe by 03-05 00:00" in html

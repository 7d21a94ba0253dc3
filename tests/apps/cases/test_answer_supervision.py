"""督办: the day by which a reply is asked stands where the work is seen, until somebody replies."""

from collections.abc import Callable

from django.test import Client

from gridward.cases.models import Case
from gridward.work import clock
from tests.apps.cases.scene import Scene


def row_of(client: Client, box: str, case: Case) -> str:
    """The case's row in a box of the work list; empty when it is not there."""
    page = client.get(f"/work/?box={box}").content.decode()
    return next((row for row in page.split("<tr>") if case.number in row), "")


def test_the_reply_is_due_for_who_holds_the_case_and_for_who_supervises(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    plain, case = scene.brought_to("handling", place="另一处"), scene.brought_to("handling")
    scene.move(case, "hui", "supervise", supervision_kind="leader", reply_by=scene.day(3))
    with clock.standing_at(scene.later(days=3)):
        for who, box in (("ben", "todo"), ("hui", "supervised"), ("deng", "supervised")):
            assert "督办待回复" in row_of(client_of(who), box, case), (who, box)
        assert "督办待回复" not in row_of(client_of("ben"), "todo", plain)
        page = client_of("deng").get(f"/cases/{case.number}/").content.decode()
        assert f"{scene.day(0).day} 日" in page.split("督办")[1][:200]
    with clock.standing_at(scene.later(days=1)):
        assert 'class="st late"' in row_of(client_of("hui"), "supervised", case)
    scene.move(case, "deng", "reply_supervision", reply="已经派人，明天上午到现场处理。")
    with clock.standing_at(scene.now):
        assert "督办待回复" not in row_of(client_of("hui"), "supervised", case)
        scene.move(case, "zhao", "supervise", supervision_kind="timeout", reply_by=scene.day(1))
        assert "督办待回复" in row_of(client_of("deng"), "supervised", case), "supervised again"

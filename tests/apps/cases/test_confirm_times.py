"""What arrives more than 24 hours after it was done counts as in time once a supervisor has confirmed it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from gridward.cases.actions.confirming import confirm_times
from gridward.cases.models import Case, CaseClock
from gridward.core.errors import RuleBroken
from gridward.work import clock
from tests.apps.cases.scene import Scene, damage, steps

WAITS = "补报"


def told(scene: Scene, hours: float) -> Case:
    """Confirmed by the department at a stated time, which arrives so many hours later."""
    case = scene.brought_to("handled")
    stated = scene.now
    scene.later(hours=hours)
    return scene.move(case, "deng", "confirm", at=stated)


@pytest.mark.parametrize(("hours", "waits"), [(24, False), (24.1, True)])
def test_on_time_waits_for_a_word_after_24_hours(
    scene: Scene, client_of: Callable[[str], Client], hours: float, waits: bool
) -> None:
    case = told(scene, hours)
    assert CaseClock.objects.get(case=case, kind="handle").state == "met"
    for who in ("deng", "zhao"):
        page = client_of(who).get(f"/cases/{case.number}/").content.decode()
        assert (WAITS in page) is waits and ("/times/" in page) is (waits and who == "zhao")


def test_a_duty_chief_confirms_once_and_who_told_it_does_not(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = told(scene, 30)
    address = f"/cases/{case.number}/times/"
    with clock.standing_at(scene.now + timedelta(minutes=1)):
        assert client_of("deng").post(address).status_code == 403
        with pytest.raises(RuleBroken) as refused:
            own = scene.cast.actor("zhao").__class__(scene.cast["deng"].pk, "duty_chief", None, 7)
            confirm_times(case=case, by=own, at=scene.now)
        assert refused.value.code == "case.times_not_yours"
        for _ in range(2):
            assert client_of("zhao").post(address).status_code == 302
        assert WAITS not in client_of("zhao").get(f"/cases/{case.number}/").content.decode().split("timeline")[0]
    assert steps(case).count("confirm_times") == 1 and damage() == []

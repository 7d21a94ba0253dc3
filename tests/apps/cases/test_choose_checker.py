"""Who is asked to verify or to inspect: somebody of the place, or a supervisor over it; never who handled."""

import pytest

from tests.apps.cases.scene import Scene

pytestmark = pytest.mark.django_db


def test_the_handler_is_not_asked_to_check(scene: Scene) -> None:
    case = scene.brought_to("feedback")
    assert scene.refusal(case, "cleo", "ask_inspection", inspector=scene.cast["ben"].pk) == "case.handler_would_check"
    asked = scene.move(case, "cleo", "ask_inspection", inspector=scene.cast["eva"].pk)
    assert asked.checker == scene.cast["eva"]
    assert scene.make(asked, "eva", "inspect_pass").checker is None


@pytest.mark.parametrize(("body", "scope"), [("centre", "district"), ("office_liuan", "area"), ("maintenance", "body")])
def test_a_supervisor_over_the_place_inspects_but_does_not_verify(body: str, scope: str, scene: Scene) -> None:
    town = scene.town
    ids = {"district": town.district.pk, "area": town.divisions["liuan"].pk, "body": town.bodies[body].pk}
    supervisor = scene.person("su", "supervisor", body, f"{scope}:{ids[scope]}").pk
    assert (
        scene.move(scene.brought_to("feedback"), "cleo", "ask_inspection", inspector=supervisor).checker_id
        == supervisor
    )
    assert scene.refusal(scene.report("lamp"), "cleo", "ask_verification", verifier=supervisor) == "case.choice_unknown"


@pytest.mark.parametrize(
    ("body", "scope"), [("office_qiaodong", "area:{qiaodong}"), ("sanitation", "body:{sanitation}")]
)
def test_a_supervisor_of_elsewhere_is_not_asked(body: str, scope: str, scene: Scene) -> None:
    ids = {"qiaodong": scene.town.divisions["qiaodong"].pk, "sanitation": scene.town.bodies["sanitation"].pk}
    supervisor = scene.person("su", "supervisor", body, scope.format(**ids)).pk
    case = scene.brought_to("feedback")
    assert scene.refusal(case, "cleo", "ask_inspection", inspector=supervisor) == "case.choice_unknown"

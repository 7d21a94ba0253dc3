"""A square on a lamp: scanned, reported, sent to who maintains it because of the register, closed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from gridward.accounts.queries import held_roles
from gridward.cases.actions.components import choose_component
from gridward.cases.models import Case, Category, Standard
from gridward.cases.queries.components import likely_components, likely_for
from gridward.cases.queries.page import case_page
from gridward.cases.queries.routing import route_of
from gridward.cases.templatetags.cases import said
from gridward.core.dispatch.rules import Route
from gridward.core.errors import RuleBroken
from gridward.registers.actions import NewComponent, change_component, register_component
from gridward.registers.actions.importing import undo_import
from gridward.registers.models import Component
from gridward.work.actions.batches import keep_batch
from tests.apps.cases.scene import LIUYIN_E, XINQIAO, damage
from tests.apps.registers.conftest import CODE, Register
from tests.town import BUILT_AT, SINCE


def street_light() -> Category:
    """The event of a street light, with a standard."""
    category = Category.objects.get(kind="event", code="01037")
    Standard.objects.create(
        district=category.district, category=category, n=1, filing_zh="灯不亮", filing_en="Out", closing_zh="灯亮了",
        closing_en="Lit", limit_value=4, limit_unit="work_hour", valid_from=SINCE, recorded_at=BUILT_AT,
    )  # fmt: skip
    return category


def hidden(page: str) -> dict[str, str]:
    """What a step of the form carries along."""
    return dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', page))


def test_a_scanned_lamp_is_reported_goes_to_who_maintains_it_and_is_closed(
    register: Register, client_of: Callable[[str], Client]
) -> None:
    lamp, kind = register.lamp, street_light()
    ada = client_of("ada")
    square = ada.get(f"/c/{lamp.public_id}/").content.decode()
    [link] = re.findall(r'href="(/report/problem/\?component=[0-9]+)"', square)
    first = ada.get(link).content.decode()
    assert "柳荫巷路灯 1" in first and "113.997500,28.195000" in first
    sent = hidden(first) | {"place": "柳荫巷 4 号附近", "position": "113.9975,28.195", "go": "next"}
    assert (sent["component"], sent["category"]) == (CODE, str(kind.pk)), "place and kind are filled in"
    second = ada.post("/report/problem/", sent).content.decode()
    third = ada.post("/report/problem/", hidden(second) | {"category": str(kind.pk), "description": "晚上一直不亮",
                                                           "go": "next"}).content.decode()  # fmt: skip
    assert re.search(rf'name="component" value="{CODE}" checked', third)
    done = ada.post("/report/problem/", hidden(third) | {"component": CODE, "answer_by": "link", "go": "send"})
    assert done.status_code == 302, done.content.decode()
    case = Case.objects.get()
    assert case.component == lamp
    assert (
        "Somebody has told us" in ada.get(f"/c/{lamp.public_id}/", headers={"accept-language": "en"}).content.decode()
    )
    _dealt_with(register, case, client_of)


def _dealt_with(register: Register, case: Case, client_of: Callable[[str], Client]) -> None:
    """From acceptance to the end, by the people of the company that maintains the lamp."""
    scene, town = register.scene, register.scene.town
    scene.kinds["street light"] = case.category
    scene.person("lu", "department", "contractor", f"body:{town.bodies['contractor'].pk}")
    lights = scene.person("deng2", "handler", "contractor", f"body:{town.bodies['contractor'].pk}")
    case = scene.make(case, "cleo", "accept", "file")
    maintainer = town.bodies["contractor"].pk
    assert route_of(case) == Route(maintainer, 0, is_of_component=True), "not the usual body of its category"
    form = client_of("dev").get(f"/cases/{case.number}/moves/dispatch/").content.decode()
    assert f'value="{maintainer}" selected' in form and "柳荫巷路灯 1" in form
    case = scene.move(case, "dev", "dispatch", body=maintainer)
    [held] = held_roles(scene.cast["dev"].pk, scene.day(0))
    with override("en"):
        last = said(case_page(case, held, at=scene.now, may_move=True).steps[-1].said)
    assert last == f"Sent there because it looks after the component {CODE}; this goes before all rules."
    case = scene.move(case, "lu", "accept_task", handler=lights.pk)
    for by, move in (("deng2", "finish"), ("lu", "confirm"), ("cleo", "ask_inspection"), ("eva", "inspect_pass"),
                     ("cai", "close")):  # fmt: skip
        case = scene.make(case, by, move)
    assert case.state == "closed" and case.component == register.lamp and damage() == []
    page = client_of("dev").get(f"/components/{CODE}/").content.decode()
    assert case.number in page and case.number not in client_of("sun").get(f"/components/{CODE}/").content.decode()


def test_a_report_nearby_proposes_the_likely_component_and_one_tap_chooses_it(
    register: Register, client_of: Callable[[str], Client]
) -> None:
    scene, town, kind = register.scene, register.scene.town, street_light()
    near = (LIUYIN_E[0] + 0.0003, LIUYIN_E[1])  # some 30 m east
    district = town.district
    far = NewComponent("90010701037000002", (LIUYIN_E[0] + 0.0012, LIUYIN_E[1]))
    bin_there = NewComponent("90010703005000001", near)
    for row in (far, bin_there):
        register_component(district=district, row=row, by=scene.cast.actor("dev"), at=scene.now)
    [one] = likely_components(district, near, kind)
    assert (one.component.code, one.metres) == (CODE, 29), "of the same class, within 60 m"
    assert likely_components(district, near, scene.kinds["litter"]) == likely_components(district, None, kind) == []
    gao = client_of("gao")
    part = gao.get(f"/cases/new/components/?category={kind.pk}&position={near[0]},{near[1]}").content.decode()
    assert f'value="{CODE}"' in part and "29" in part
    page = gao.get("/cases/new/").content.decode()
    given = hidden(page) | {"channel": "grid_worker", "category": str(kind.pk), "description": "灯杆歪了，要倒",
                            "position": f"{near[0]},{near[1]}", "answer_by": "none", "component": CODE}  # fmt: skip
    sealed = re.findall(r'name="sealed" value="([^"]+)"', page)[0]
    assert gao.post("/cases/new/", given | {"sealed": sealed}).status_code == 302
    case = Case.objects.get()
    assert case.component == register.lamp and case.position.x == pytest.approx(near[0])
    change_component(component=register.lamp, changes={"state": "removed"}, by=scene.cast.actor("dev"), at=scene.now)
    assert likely_components(district, near, kind) == [], "what is gone is proposed to nobody"
    assert [like.component.code for like in likely_for(case)] == [CODE], "what was chosen stays"


def test_the_component_is_chosen_later_by_who_may_and_kept_with_its_case(
    register: Register, client_of: Callable[[str], Client]
) -> None:
    scene, street = register.scene, street_light()
    case = scene.report(category_id=street.pk)

    def choose(by: str, component: Component | None) -> Case:
        pk = component.pk if component else None
        return choose_component(case=case, component_id=pk, by=scene.cast.actor(by), at=scene.later(minutes=1))

    with pytest.raises(RuleBroken, match="acceptor"):
        choose("deng", register.lamp)
    n = choose("dev", register.lamp).step_n
    assert choose("dev", register.lamp).step_n == n, "the same again leaves no step"
    assert choose("zhao", None).component is None
    cleo = client_of("cleo")
    assert f'value="{CODE}"' in cleo.get(f"/cases/{case.number}/").content.decode()
    assert cleo.post(f"/cases/{case.number}/component/", {"component": CODE}).status_code == 302
    assert cleo.post(f"/cases/{case.number}/component/", {"component": CODE[:-1] + "9"}).status_code == 404
    case.refresh_from_db()
    assert case.component == register.lamp and damage() == []
    batch = keep_batch(district_id=7, kind="registers.import_components", file_name="x", sha256="0" * 64, report={},
                       by=scene.cast.actor("dev"), at=scene.now)  # fmt: skip
    Component.objects.update(batch=batch)
    assert undo_import(batch=batch, by=scene.cast.actor("dev"), at=scene.now) == [CODE], "it has a case"


def test_a_complaint_never_goes_to_who_it_is_about_though_it_keeps_the_component(register: Register) -> None:
    scene, town = register.scene, register.scene.town
    about = scene.report("conduct", complained_body_id=town.bodies["maintenance"].pk, component_id=register.lamp.pk)
    assert route_of(about) == Route(town.bodies["sanitation"].pk, 0, is_of_component=True), "the owner, not it"
    elsewhere: Any = scene.report(position=XINQIAO)
    assert route_of(elsewhere) == Route(town.bodies["maintenance"].pk, 0)

"""The register of components: who writes it, what is refused, how one is found, what everybody sees of it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.registers.actions import NewComponent, change_component, register_component
from gridward.registers.checks import CHECKS
from gridward.registers.models import Component, ComponentText
from gridward.registers.queries.listing import ComponentFilter, entries_of, first_of, found_components
from tests.apps.cases.scene import LIUYIN_W, OUTSIDE, XINQIAO
from tests.apps.registers.conftest import BIN, CODE, Register


def refused(register: Register, by: Any = SYSTEM, **given: Any) -> str:
    row = NewComponent(**{"code": CODE[:-1] + "2", "position": LIUYIN_W, **given})
    with pytest.raises(RuleBroken) as caught:
        register_component(district=register.scene.town.district, row=row, by=by, at=register.scene.now)
    assert caught.value.sentence("zh") and caught.value.sentence("en")
    return caught.value.code


def found(register: Register, **asked: Any) -> list[str]:
    return [row.code for row in first_of(found_components(register.scene.town.district, ComponentFilter(**asked)), 9)]


def test_a_component_is_registered_where_it_stands_or_refused_with_the_reason(register: Register) -> None:
    lamp, town = register.lamp, register.scene.town
    assert (lamp.class_code, lamp.cell.code) == ("01037", register.cells["liuyin"])
    assert refused(register, code=CODE) == "registers.code_taken"
    assert refused(register, code="900107" + "99037000001") == "codes.component_class_unknown"
    assert refused(register, code="900108" + CODE[6:]) == "codes.component_elsewhere"
    assert refused(register, position=OUTSIDE) == "registers.outside_district"
    assert refused(register, maintainer=town.other_body) == "case.choice_unknown"
    for name in ("gao", "deng", "cleo", "wen", "nie"):
        assert refused(register, register.scene.cast.actor(name)) == "registers.not_keeper"
    assert Component.objects.count() == 1 and [list(check()) for _, check in CHECKS] == [[], [], []]


def test_its_state_is_said_by_who_looks_after_it_and_everything_else_by_the_keepers(register: Register) -> None:
    lamp, cast, at = register.lamp, register.scene.cast, register.scene.now
    town = register.scene.town

    def change(by: str, **changes: Any) -> Component:
        return change_component(component=lamp, changes=changes, by=cast.actor(by), at=at)

    with pytest.raises(RuleBroken, match="kept by the centre"):
        change("gao", state="damaged")
    changed = change("deng", state="damaged")  # her department's contractor maintains it
    assert changed.state == "damaged" and changed.changed_at
    with pytest.raises(RuleBroken, match="kept by the centre"):
        change("deng", state="intact", maintainer=town.bodies["sanitation"])
    moved = change("dev", maintainer=None, position=XINQIAO, name="新桥路灯 9")
    assert moved.cell.code == register.cells["xinqiao"], "a point that moves takes its cell along"
    assert change("sun", name="新桥路灯 9").changed_at == moved.changed_at
    said = [body for _, body in entries_of(lamp)]
    assert said[0]["maintainer"] == ["contractor", None] and said[1] == {"state": ["intact", "damaged"]}
    assert len(said) == 3, "the same again leaves no entry"
    assert found(register, words="新桥") == [CODE] and found(register, words="柳荫巷路灯") == []
    assert [list(check()) for _, check in CHECKS] == [[], [], []]


def test_a_component_is_found_by_code_word_class_body_and_place(register: Register) -> None:
    town = register.scene.town
    bin_code = "900107" + BIN + "000007"
    row = NewComponent(bin_code, LIUYIN_W, place="渡口路 12 号附近", maintainer=town.bodies["sanitation"])
    register_component(district=town.district, row=row, by=SYSTEM, at=register.scene.now)
    for words in ("垃圾箱", "圾", "Litter bin", "000007", "渡口路 12", bin_code[:11], bin_code):
        assert found(register, words=words) == [bin_code], words
    assert set(found(register, words="900107 01 037")) == {CODE}, "a code may be said with spaces"
    assert found(register, class_code=BIN) == found(register, body="sanitation", class_code=BIN) == [bin_code]
    assert found(register, body="contractor") == [CODE] and found(register, state="damaged") == []
    assert found(register, near=LIUYIN_W)[0] == bin_code and found(register, near=register.lamp.position.coords) == [
        CODE,
        bin_code,
    ]
    ComponentText.objects.filter(pk=register.lamp.pk).update(newness=0)
    assert [len(list(check())) for _, check in CHECKS] == [0, 0, 1], "check-data sees what search does not know"
    call_command("rebuild_search", stdout=io.StringIO())
    assert [len(list(check())) for _, check in CHECKS] == [0, 0, 0] and found(register, words="柳荫") == [CODE]


def test_pages_of_components_are_for_everybody_of_the_district_and_writing_for_keepers(
    register: Register, client_of: Callable[[str], Client]
) -> None:
    gao, dev, ada, finn = (client_of(name) for name in ("gao", "dev", "ada", "finn"))
    listed = gao.get("/components/?q=柳荫").content.decode()
    assert "柳荫巷路灯 1" in listed and "/components/new/" not in listed
    page = gao.get(f"/components/{CODE}/").content.decode()
    assert "900107 01 037 000001" in page and 'name="state"' not in page
    assert gao.get("/components/new/").status_code == gao.get("/components/import/").status_code == 404
    assert finn.get(f"/components/{CODE}/").status_code == 404
    dev.post(f"/components/{CODE}/state/", {"state": "missing"})
    assert "missing" in [row.state for row in Component.objects.all()]
    wrong = dev.post("/components/new/", {"code": "123", "state": "intact", "position": "113.9975,28.195"})
    assert wrong.status_code == 422 and "17" in wrong.content.decode()
    given = {"code": "900107 01 037 000002", "state": "intact", "position": "113.9976,28.1951", "owner": "sanitation"}
    assert dev.post("/components/new/", given).status_code == 302
    assert Component.objects.get(code="90010701037000002").owner.code == "sanitation"
    box = gao.get("/components/features.json?box=113.99,28.19,114.0,28.2").json()
    assert {one["properties"]["id"] for one in box["features"]} == {CODE, "90010701037000002"}
    sheet = dev.get(f"/components/squares/?code={CODE}").content.decode()
    assert "code-square" in sheet and "柳荫巷路灯 1" in sheet
    public = ada.get(f"/c/{register.lamp.public_id}/").content.decode()
    assert "路通养护示例公司" in public and f"component={CODE}" in public
    assert ada.get("/c/00000000-0000-4000-8000-000000000000/").status_code == 404

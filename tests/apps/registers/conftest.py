"""A town with cells, two classes of components and one lamp at a known place."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from gridward.cases.models import Category
from gridward.core.actor import SYSTEM
from gridward.grids.actions import lay_cells
from gridward.grids.actions.cells import CellRow
from gridward.registers.actions import NewComponent, register_component
from gridward.registers.models import Component
from tests.apps.cases.conftest import home, scene  # noqa: F401
from tests.apps.cases.scene import LIUYIN_E, Scene
from tests.town import Town

LAMP, BIN = "01037", "03005"
CODE = "90010701037000001"


@dataclass
class Register:
    """The scene with its lamp; ``codes`` are those of the cells by community."""

    scene: Scene
    lamp: Component
    cells: dict[str, str]


def classes_for(town: Town) -> dict[str, Category]:
    """The component and the event of a street light, and the class of bins."""
    made = {}
    for kind, code, zh, en in (
        ("component", LAMP, "路灯", "Street light"), ("component", BIN, "垃圾箱", "Litter bin"),
        ("event", LAMP, "路灯异常", "Street light fault"),
    ):  # fmt: skip
        made[kind, code] = Category.objects.create(
            district=town.district, scheme="gbt47678.5", kind=kind, code=code, family="city_management", name_zh=zh,
            name_en=en, major_zh="市政公用设施", major_en="Municipal utilities", sort_key=code,
            default_body=town.bodies["maintenance"], is_public=kind == "event",
            is_shown_nearby=kind == "event",
        )  # fmt: skip
    return made


def cells_of(town: Town) -> dict[str, str]:
    """A cell a community, with its code."""
    areas = {name: row for name, row in town.divisions.items() if row.level == "community"}
    codes = {name: f"{row.code}001" for name, row in areas.items()}
    rows = [CellRow(codes[name], row.outline, row) for name, row in areas.items()]
    lay_cells(district=town.district, rows=rows, by=SYSTEM, at=datetime.now().astimezone())
    return codes


@pytest.fixture
def register(scene: Scene) -> Register:  # noqa: F811
    town = scene.town
    classes_for(town)
    cells = cells_of(town)
    row = NewComponent(
        CODE, LIUYIN_E, name="柳荫巷路灯 1", place="柳荫巷 4 号附近", owner=town.bodies["sanitation"],
        maintainer=town.bodies["contractor"],
    )  # fmt: skip
    lamp = register_component(district=town.district, row=row, by=SYSTEM, at=scene.now)
    return Register(scene, lamp, cells)

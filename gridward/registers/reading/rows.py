"""Lines of a file as components, each with everything that keeps it out of the register."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gridward.accounts.models import Body
from gridward.core.codes.component import faults_of, parse_component_id
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import Cell
from gridward.grids.queries import Locator
from gridward.registers.actions.components import LONGEST, NewComponent, outside
from gridward.registers.models import Component
from gridward.registers.queries.classes import classes_in_use
from gridward.registers.reading.files import Line

STATES = {
    "完好": "intact", "破损": "damaged", "丢失": "missing", "废弃": "abandoned", "移除": "removed",
    **{state: state for state in Component.State.values},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """A line that was looked at: what it would make, or what is wrong with it."""

    line: Line
    row: NewComponent | None
    problems: tuple[RuleBroken, ...] = ()


class Checker:
    """What lines are checked against, read once: classes, bodies, cells and the ground of one district."""

    def __init__(self, district: District, lines: Iterable[Line], at: datetime) -> None:
        self.district, self.today = district, local_day(district, at)
        self.classes = classes_in_use(district)
        self.bodies = _bodies_by_name(district.pk)
        self.cells = dict(Cell.objects.filter(district=district).values_list("code", "pk"))
        self.codes_of_cells = {pk: code for code, pk in self.cells.items()}
        self.locator = Locator(district)
        self.seen = Counter(_plain(line.texts.get("code", "")) for line in lines)

    def check(self, line: Line, taken: Collection[str]) -> Checked:
        """One line; ``taken`` are codes that the register has already."""
        problems = list(self._of_code(line.texts.get("code", ""), taken))
        values: dict[str, object] = {}
        for name, read in (("owner", self._body), ("maintainer", self._body), ("state", _state), ("since", self._day)):
            if line.texts.get(name):
                try:
                    values[name] = read(line.texts[name])
                except RuleBroken as refused:
                    problems.append(refused)
        cell_id = self._cell(line, problems)
        texts = {name: line.texts.get(name, "") for name in LONGEST}
        problems += [RuleBroken("registers.text_too_long", column=name, most=most)
                     for name, most in LONGEST.items() if len(texts[name]) > most]  # fmt: skip
        if problems or line.point is None:
            return Checked(line, None, tuple(problems))
        code = str(parse_component_id(line.texts["code"]))
        return Checked(line, NewComponent(code, line.point, cell_id=cell_id, **texts, **values))  # type: ignore[arg-type]

    def _of_code(self, text: str, taken: Collection[str]) -> Iterable[RuleBroken]:
        yield from faults_of(text, district=self.district.code6, classes=self.classes)
        if self.seen[_plain(text)] > 1:
            yield RuleBroken("registers.code_twice", code=text[:40], times=self.seen[_plain(text)])
        if _plain(text) in taken:
            yield RuleBroken("registers.code_taken", code=_plain(text))

    def _cell(self, line: Line, problems: list[RuleBroken]) -> int | None:
        """The cell in which the point lies; a line that names another one, or none that there is, is wrong."""
        if line.point is None:
            problems.append(RuleBroken("registers.no_point"))
            return None
        located = self.locator.locate(*line.point, day=self.today)
        if located.is_outside:
            problems.append(outside(self.district))
            return None
        named, lies_in = line.texts.get("cell", ""), self.codes_of_cells.get(located.cell_id or 0, "—")
        if named and named not in self.cells:
            problems.append(RuleBroken("registers.cell_unknown", cell=named[:40]))
        elif named and named != lies_in:
            problems.append(RuleBroken("registers.in_another_cell", named=named, lies_in=lies_in))
        return located.cell_id

    def _body(self, text: str) -> Body:
        if text not in self.bodies:
            raise RuleBroken("registers.body_unknown", name=text[:80])
        return self.bodies[text]

    def _day(self, text: str) -> date:
        try:
            day = date.fromisoformat(text[:10].replace("/", "-").replace(".", "-"))
        except ValueError:
            raise RuleBroken("registers.day_unreadable", text=text[:40]) from None
        if not date(1900, 1, 1) <= day <= self.today:
            raise RuleBroken("registers.day_unreadable", text=text[:40])
        return day


def _plain(text: str) -> str:
    return "".join(text.split())


def _state(text: str) -> str:
    if text not in STATES:
        raise RuleBroken("registers.state_unknown", state=text[:40])
    return STATES[text]


def _bodies_by_name(district_id: int) -> Mapping[str, Body]:
    """By code or name; a name that two bodies bear finds neither."""
    rows = Body.objects.filter(district_id=district_id, valid_to__isnull=True)
    pairs = [(name, row) for row in rows for name in {row.code, row.name_zh, row.name_en}]
    times = Counter(name for name, _ in pairs)
    return {name: row for name, row in pairs if times[name] == 1}

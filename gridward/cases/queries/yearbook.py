"""The page of figures: what its address asks for, and its three tables."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gridward.areas.models import Division
from gridward.cases.models import Category
from gridward.cases.models.category import Family
from gridward.cases.models.rollup import NONE, month_of
from gridward.cases.queries.figures import TABLE, Area, flow, stock
from gridward.core.workflow.parse import load
from gridward.grids.models import Grid, GridShape
from gridward.grids.queries.days import in_force

FACTS = ("reported", "filed", "closed", "on_time", "late", "returned", "reworked", "reopened")
APART = ("self_handled", "unresolved", "forced", "voided")
EVERY = (*FACTS, *APART)
USUAL_MONTHS, MOST_MONTHS = 12, 120
SHADES = 5


def months_on(month: date, count: int) -> date:
    """The first day of the month so many months later, or earlier."""
    year, number = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, number + 1, 1)


@dataclass(frozen=True, slots=True)
class FiguresWish:
    """What the address asks for: from a month to a month, both counted, and of which area. What it does not say, or
    says wrongly, is the last twelve months of all that the viewer sees.
    """

    since: date
    until: date
    division: Division | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any], area: Area, today: date) -> "FiguresWish":
        """From a query string."""
        last = _month(values.get("until")) or month_of(today)
        since = _month(values.get("since")) or months_on(last, 1 - USUAL_MONTHS)
        since, last = min(since, last), max(since, last)
        code = str(values.get("area", ""))[:20]
        chosen = areas_within(area).filter(code=code).first() if code else None
        return cls(max(since, months_on(last, 1 - MOST_MONTHS)), last, chosen)

    @property
    def end(self) -> date:
        """The first day that is no longer counted."""
        return months_on(self.until, 1)

    def narrowed(self, area: Area) -> Area:
        """The chosen part of what the viewer sees."""
        if self.division is None:
            return area
        under = Division.objects.filter(district_id=area.district_id, path__startswith=self.division.path)
        chosen = frozenset(under.values_list("pk", flat=True))
        return Area(area.district_id, chosen if area.division_ids is None else chosen & area.division_ids)


def _month(text: Any) -> date | None:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if 1900 <= month.year <= 2999 else None


def areas_within(area: Area) -> Any:
    """Subdistricts and communities that a viewer may choose, in the order of their codes."""
    rows = Division.objects.filter(district_id=area.district_id, is_in_use=True)
    rows = rows.filter(level__in=(Division.Level.SUBDISTRICT, Division.Level.COMMUNITY)).order_by("sort_key")
    return rows if area.division_ids is None else rows.filter(pk__in=area.division_ids)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is of (a category, a family, a month, or all), the facts by name, and what is open now."""

    subject: Any
    facts: dict[str, int]
    open: int = 0

    @property
    def counts(self) -> list[int]:
        """In the order of FACTS."""
        return [self.facts[fact] for fact in FACTS]

    @property
    def apart(self) -> list[int]:
        """In the order of APART."""
        return [self.facts[fact] for fact in APART]


@dataclass(frozen=True, slots=True)
class FamilyLines:
    """The categories of a family, with their sum."""

    family: str
    sum: Line
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class GridLine:
    """A grid with its ground of today, what was reported in the time, what it holds open, and its shade on the map."""

    grid: Grid | None
    shape: Any
    reported: int
    closed: int
    open: int
    shade: int


def open_states() -> tuple[str, ...]:
    """The states that are no end."""
    return tuple(code for code, state in load(TABLE).states.items() if not state.is_final)


def _added(lines: list[Line], subject: Any) -> Line:
    facts: Counter[str] = Counter()
    for line in lines:
        facts.update(line.facts)
    return Line(subject, {fact: facts[fact] for fact in EVERY}, sum(line.open for line in lines))


def by_category(area: Area, wish: FiguresWish) -> list[FamilyLines]:
    """What happened in the time, and what is open now, by category."""
    happened = flow(area, wish.since, wish.end, ("category",), EVERY)
    standing = stock(area, ("category",), states=open_states())
    keys = {key for (key,) in (*happened, *standing)}
    rows = Category.objects.filter(pk__in=keys).order_by("family", "sort_key", "pk")
    nothing = (0,) * len(EVERY)
    lines = [
        Line(row, dict(zip(EVERY, happened.get((row.pk,), nothing), strict=True)), standing[(row.pk,)]) for row in rows
    ]
    of = {family: [line for line in lines if line.subject.family == family] for family in Family.values}
    return [FamilyLines(family, _added(some, family), some) for family, some in of.items() if some]


def summed(families: list[FamilyLines]) -> Line:
    """All of it."""
    return _added([family.sum for family in families], None)


def by_month(area: Area, wish: FiguresWish) -> list[Line]:
    """Each month of the time, also those in which nothing happened."""
    happened, nothing = flow(area, wish.since, wish.end, ("month",), EVERY), (0,) * len(EVERY)
    lines, month = [], wish.since
    while month < wish.end:
        lines.append(Line(month, dict(zip(EVERY, happened.get((month,), nothing), strict=True))))
        month = months_on(month, 1)
    return lines


def by_grid(area: Area, wish: FiguresWish, today: date) -> list[GridLine]:
    """The grids of the area in code order, those of today and those that had cases in the time; never ranked."""
    happened = flow(area, wish.since, wish.end, ("grid",), ("reported", "closed"))
    standing = stock(area, ("grid",), states=open_states())
    keys = {key for (key,) in (*happened, *standing)}
    shapes = {row.grid_id: row for row in _shapes(area, today)}
    most = max((told for told, _ in happened.values()), default=0)
    grids = Grid.objects.filter(pk__in={*keys, *shapes}).select_related("community").order_by("code")
    found = [(grid, shapes.get(grid.pk)) for grid in grids]
    lines: list[tuple[Grid | None, Any]] = [*found, *([(None, None)] if keys & {NONE} else [])]
    return [_grid_line(grid, shape, happened, standing, most) for grid, shape in lines]


def _grid_line(grid: Grid | None, shape: Any, happened: Any, standing: Any, most: int) -> GridLine:
    key = (grid.pk if grid else NONE,)
    reported, closed = happened.get(key, (0, 0))
    return GridLine(grid, shape, reported, closed, standing[key], shade_of(reported, most))


def shade_of(count: int, most: int) -> int:
    """0 for nothing, else 1 to 5: equal steps up to the most, which is 5."""
    return 0 if count <= 0 else -(-count * SHADES // most)


def shade_steps(most: int) -> list[tuple[int, int, int]]:
    """(shade, from, to) of each shade that can occur: what the key below the map says."""
    ends = [shade * most // SHADES for shade in range(SHADES + 1)]
    steps = [(shade, ends[shade - 1] + 1, ends[shade]) for shade in range(1, SHADES + 1)]
    return [step for step in steps if step[1] <= step[2]]


def _shapes(area: Area, today: date) -> Any:
    rows = GridShape.objects.filter(in_force(today), district_id=area.district_id).select_related("grid")
    if area.division_ids is None:
        return rows
    return rows.filter(grid__community_id__in=area.division_ids) | rows.filter(
        grid__community__isnull=True, grid__subdistrict_id__in=area.division_ids
    )

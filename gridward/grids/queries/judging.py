"""What a draft is worth, in the four principles, grid by grid, and what it changes for whom."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from gridward.areas.models import Division
from gridward.core.partition.editing import changes
from gridward.core.partition.faults import MOST_OFF, faults
from gridward.core.partition.measures import measures
from gridward.core.partition.staffing import Staffing, staff
from gridward.core.partition.workload import default_model
from gridward.grids.models import DesignDraft, DutyPost, Grid, GridDesign
from gridward.grids.queries.counting import FEATURES, HOUSEHOLDS
from gridward.grids.queries.days import in_force
from gridward.grids.queries.designs import WEIGHTS, by_walking, counted_of, drawn, features_of, instance_of, unpacked
from gridward.grids.words import named

PERCENT = 100
MOST_SKILLS = 2
SHORT = 3  # the last characters of a grid's code are its label on a map


@dataclass(frozen=True, slots=True)
class GridRow:
    """One grid of a draft. ``off`` and ``share_in`` in percent of the target; ``walk_min`` None: no way."""

    name: str
    label: str
    title: str
    minutes: int
    off: int
    is_off: bool
    units: int
    walk_min: float | None
    walk_min_max: float | None
    crossings: int
    cut_blocks: int
    share_in: int
    is_new: bool
    posts: int
    skills: list[str]
    communities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft with what there is to say of it. ``found`` are its faults, ``cuts`` why blocks are cut."""

    draft: DesignDraft
    terms: dict[str, Any]
    rows: list[GridRow]
    found: list[dict[str, Any]]
    cuts: dict[str, int]
    atoms_moved: int
    households_moved: int
    staffing: Staffing

    @property
    def off_count(self) -> int:
        return sum(row.is_off for row in self.rows)

    @property
    def walk_min(self) -> float | None:
        """Mean minutes on foot of all units; None where one has no way."""
        minutes = [(row.walk_min, row.units) for row in self.rows]
        if not minutes or any(walk is None for walk, _units in minutes):
            return None
        return sum((walk or 0.0) * units for walk, units in minutes) / sum(units for _walk, units in minutes)

    @property
    def crossings(self) -> int:
        return sum(row.crossings for row in self.rows)

    @property
    def in_parts(self) -> int:
        return sum(fault["code"] in ("grid_in_parts", "grid_across_communities") for fault in self.found)

    @property
    def spread(self) -> float | None:
        """The busiest grid's work as a multiple of the least busy one's."""
        least = min((row.minutes for row in self.rows), default=0)
        return max(row.minutes for row in self.rows) / least if least else None

    @property
    def load_spread(self) -> dict[str, float]:
        """Minutes that a post carries: min, median, max, cv."""
        return self.staffing.spread() if self.rows else {}

    @property
    def compounds_cut(self) -> int:
        return sum(self.cuts.values())


@lru_cache(maxsize=32)
def _weighed(
    design_id: int, digest: str, grid: bytes, names: tuple[str, ...], walks: bool
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """Measures, faults and changes of one way to divide one count: told once."""
    instance, plan = counted_of(design_id, digest), unpacked(grid)
    told = measures(instance, plan, names, replace(WEIGHTS["even"], walks=walks))
    moved = changes(instance, instance.today, instance.todays_grids, plan, names)
    return told, faults(instance, plan, names, walks=walks), [change for change in moved if change["from"]]


def _told(design: GridDesign, draft: DesignDraft) -> tuple[Any, Any, Any]:
    assert draft.grid is not None
    return _weighed(design.pk, design.facts["digest"], bytes(draft.grid), tuple(draft.names), by_walking(design))


def judge(design: GridDesign, draft: DesignDraft, community: str = "") -> Judged:
    """Everything about a draft that has its units placed; judged by all terms alike, whatever it was made for.

    With a ``community`` its grids only, what is wrong in it, and who changes there; ``terms`` are always the area's.
    """
    told, found, moved = _told(design, draft)
    inside = set(atoms_in(design, community).tolist())
    found = [fault for fault in found if not inside.isdisjoint(fault["atoms"])] if community else found
    moved = [change for change in moved if change["atom"] in inside] if community else moved
    grids = [row for row in told["grids"] if is_in(row, community)]
    titles = titles_of(design, draft.names)
    todays, staffing = set(instance_of(design).todays_grids), _staffed(design, draft, grids)
    rows = [
        _row(
            row,
            titles,
            todays,
            int(staffing.posts[at]),
            [skill.value for skill, _work in staffing.needs(at)[:MOST_SKILLS]],
        )
        for at, row in enumerate(grids)
    ]
    rows.sort(key=lambda row: row.name)
    homes = features_of(design)[:, HOUSEHOLDS].sum(axis=1)
    compounds = set(design.facts["compounds"])
    cuts = Counter(fault["why"] for fault in found if fault["code"] == "block_cut" and fault["block"] in compounds)
    return Judged(draft, told, rows, found, dict(cuts), len(moved),
                  int(homes[[change["atom"] for change in moved]].sum()), staffing)  # fmt: skip


def is_in(told: Mapping[str, Any], community: str) -> bool:
    """Whether a grid has a unit of the community; any has, where none is named."""
    return not community or community in told["communities"]


def _staffed(design: GridDesign, draft: DesignDraft, told: list[dict[str, Any]]) -> Staffing:
    """Posts for the grids in the order of their measures, by what their work is made of."""
    grid, names = drawn(draft).grid, list(draft.names)
    minutes = features_of(design).astype(np.float64) * default_model().minutes
    of_grid = np.stack([np.bincount(grid[grid >= 0], column[grid >= 0], len(names)) for column in minutes.T], axis=1)
    rows = [names.index(row["grid"]) for row in told]
    return staff(np.array([row["workload"] for row in told]), of_grid[rows])


def _row(
    told: Mapping[str, Any], titles: Mapping[str, str], todays: set[str], posts: int, skills: list[str]
) -> GridRow:
    off = round((told["of_target"] - 1) * PERCENT)
    return GridRow(
        name=told["grid"], label=label_of(told["grid"]), title=titles.get(told["grid"], told["grid"]),
        minutes=round(told["workload"]), off=off, is_off=abs(told["of_target"] - 1) > MOST_OFF,
        units=told["atoms"], walk_min=told["walk_min_mean"], walk_min_max=told["walk_min_max"],
        crossings=told["crossings"], cut_blocks=told["cut_blocks"],
        share_in=round(PERCENT * told["workload_in"] / told["workload"]) if told["workload"] else 0,
        is_new=told["grid"] not in todays, posts=posts, skills=skills, communities=tuple(told["communities"]),
    )  # fmt: skip


def label_of(name: str) -> str:
    """Of ``430102001003C07`` its C07; a new grid ``…-02`` is +02."""
    head, dash, tail = name.rpartition("-")
    return f"+{tail}" if dash and head else name[-SHORT:]


def titles_of(design: GridDesign, names: Iterable[str]) -> dict[str, str]:
    """What people call the grids of a draft: those of today by their names, new ones by their community."""
    wanted, own = set(names), {"district_id": design.district_id}
    known = {grid.code: named(grid) for grid in Grid.objects.filter(**own, code__in=wanted)}
    new = {name: name.rpartition("-") for name in wanted - known.keys()}
    homes = Division.objects.filter(**own, code__in={head for head, _dash, _number in new.values()}, is_in_use=True)
    called = {row.code: named(row) for row in homes} if new else {}
    return known | {
        name: _("new grid %(number)s of %(community)s") % {"number": number, "community": called[head]}
        for name, (head, _dash, number) in new.items() if head in called
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """Atoms that go from one grid to another: how many, their households and work, and whose they were and become."""

    before: str
    after: str
    pieces: int
    households: int
    minutes: int
    workers_before: str
    workers_after: str


def moves_of(design: GridDesign, draft: DesignDraft, community: str = "") -> list[Move]:
    """What a draft changes for whom (in a community), the largest first."""
    inside = set(atoms_in(design, community).tolist())
    moved = [change for change in _told(design, draft)[2] if change["atom"] in inside]
    homes = features_of(design)[:, HOUSEHOLDS].sum(axis=1)
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for change in moved:
        groups.setdefault((change["from"], change["to"]), []).append(change)
    workers = workers_of(design, {name for pair in groups for name in pair})
    titles = titles_of(design, {name for pair in groups for name in pair})
    found = [
        Move(titles.get(one, one), titles.get(other, label_of(other)), len(group),
             int(homes[[change["atom"] for change in group]].sum()),
             round(sum(change["workload"] for change in group)), workers.get(one, ""), workers.get(other, ""))
        for (one, other), group in groups.items()
    ]  # fmt: skip
    return sorted(found, key=lambda move: (-move.households, -move.pieces, move.before))


def workers_of(design: GridDesign, codes: Iterable[str]) -> dict[str, str]:
    """Who serves each grid on the day of the design."""
    posts = DutyPost.objects.filter(in_force(design.day), district_id=design.district_id, grid__code__in=list(codes))
    found: dict[str, list[str]] = {}
    for code, name in posts.order_by("kind", "pk").values_list("grid__code", "user__name"):
        found.setdefault(code, []).append(name)
    return {code: "、".join(names[:2]) for code, names in found.items()}


def communities_of(design: GridDesign) -> list[tuple[str, str]]:
    """The communities of the area that have units, by code and name."""
    codes = [code for code in instance_of(design).communities if code]
    rows = Division.objects.filter(district_id=design.district_id, is_in_use=True, code__in=codes)
    names = {row.code: named(row) for row in rows}
    return [(code, names.get(code, code)) for code in codes]


def in_pieces(design: GridDesign) -> list[tuple[str, int]]:
    """Communities of the area that do not hang together, by name, and in how many pieces they lie."""
    found: dict[str, int] = design.facts.get("in_pieces", {})
    rows = Division.objects.filter(district_id=design.district_id, is_in_use=True, code__in=found)
    names = {row.code: named(row) for row in rows}
    return [(names.get(code) or named(design.division), count) for code, count in sorted(found.items())]


def reasons_of(design: GridDesign, unit: int) -> list[tuple[str, float, int]]:
    """What a unit's minutes are made of, the most first: feature, count and minutes."""
    counts = features_of(design)[unit]
    each = default_model().minutes
    found = [(name, float(count), round(float(count * minute)))
             for name, count, minute in zip(FEATURES, counts, each, strict=True) if count]  # fmt: skip
    return sorted(found, key=lambda reason: -reason[2])


def atoms_in(design: GridDesign, community: str) -> np.ndarray[Any, Any]:
    """The indexes of the units of one community, or of all."""
    instance = instance_of(design)
    if community not in instance.communities:
        return np.arange(len(instance))
    return np.flatnonzero(instance.community == instance.communities.index(community))

"""Designs of grids: begun, counted, computed, drawn by hand, kept as drafts; made a plan in ``planning``."""

import zlib
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2s
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from gridward.areas.models import Division
from gridward.core.actor import SYSTEM, Actor
from gridward.core.errors import RuleBroken
from gridward.core.partition import Result
from gridward.core.partition.editing import move, redraw
from gridward.core.partition.packing import pack
from gridward.districts.queries import local_day
from gridward.grids.models import DesignDraft, GridDesign
from gridward.grids.queries.counting import Counted
from gridward.grids.queries.designs import (
    WALKING,
    Drawn,
    drawn,
    fixed_of,
    instance_of,
    packed,
    packed_lots,
    todays,
)
from gridward.grids.queries.rights import require_drafter
from gridward.grids.queries.walking import has_streets
from gridward.work import clock
from gridward.work.actions import leave_entry, start_run, subject_key
from gridward.work.locks import lock

KIND = "grids.design"
MOST_DRAFTS = 99
MOST_UNDONE = 50
LONGEST_NAME = 60
Origin = DesignDraft.Origin


@transaction.atomic
def begin_design(
    *, division: Division, origins: Iterable[str] = (Origin.BALANCED, Origin.WALKABLE, Origin.STABLE),
    grids: int | None = None, minutes: float | None = None, by_walking: bool = False, by: Actor, at: datetime,
) -> GridDesign:  # fmt: skip
    """Ask for an area to be counted and divided: as many grids as ``grids``, or by ``minutes`` a month each, else as
    many as today; weighed ``by_walking`` instead of straight distances. The jobs process does it.

    Raises RuleBroken ``grids.not_planner``, ``grids.no_streets``.
    """
    require_drafter(by, division, at)
    if by_walking and not has_streets(division.district):
        raise RuleBroken("grids.no_streets")
    convenience = WALKING if by_walking else None
    wishes = {"grids": grids, "minutes": minutes, "convenience": convenience}
    asked = {name: value for name, value in wishes.items() if value}
    design = GridDesign(
        district_id=division.district_id, division=division, day=local_day(division.district, at), asked=asked,
        by_id=by.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    design.save(force_insert=True)
    for number, origin in enumerate((Origin.TODAY, *origins), start=1):
        _new_draft(design, number, Origin(origin), by)
    _run(design, by, at)
    _leave(design, "grids.begin_design", by, at, {"division": division.code, "asked": asked})
    return design


@transaction.atomic
def ask_draft(
    *, design: GridDesign, origin: str, parent: DesignDraft | None = None, by: Actor, at: datetime
) -> DesignDraft:
    """Ask for one more draft; with ``parent`` the search begins there and keeps what is locked in it.

    Raises RuleBroken ``grids.not_planner``, ``grids.drafts_used_up``.
    """
    design = _lock_design(design, by, at)
    draft = _new_draft(design, _next_number(design), Origin(origin), by, parent=parent,
                       locked=parent.locked if parent else {})  # fmt: skip
    _run(design, by, at)
    _leave(design, "grids.ask_draft", by, at, {"draft": draft.number, "origin": draft.origin})
    return draft


def keep_count(*, design: GridDesign, counted: Counted, at: datetime) -> GridDesign:
    """What the jobs process counted, and with it the draft of today's grids."""
    plan = todays(counted.instance)
    features = zlib.compress(counted.work.features.astype(np.float32).tobytes())
    with transaction.atomic():
        row = lock(GridDesign, design.pk)
        if row.instance is not None:
            return row
        row.instance, row.features = pack(counted.instance), features
        row.facts = counted.facts | {"digest": blake2s(row.instance + features, digest_size=8).hexdigest()}
        row.lots = packed_lots(counted.lots)
        row.save(update_fields=["instance", "features", "lots", "facts"])
        today = DesignDraft.objects.get(district_id=row.district_id, design=row, origin=Origin.TODAY, parent=None)
        _place(today, plan, {})
        _leave(row, "grids.count_units", SYSTEM, at, {"units": len(counted.instance)})
    return row


def keep_draft(*, draft: DesignDraft, result: Result, facts: dict[str, Any], at: datetime) -> None:
    """What a search found."""
    with transaction.atomic():
        row = lock(DesignDraft, draft.pk, related=("design",))
        if row.grid is None:
            _place(row, Drawn(result.grid, result.names), facts)
            _leave(row.design, "grids.compute_draft", SYSTEM, at, {"draft": row.number, "J": result.terms.total})


@transaction.atomic
def copy_draft(*, draft: DesignDraft, name: str = "", by: Actor, at: datetime) -> DesignDraft:
    """A copy to draw in; the one copied stays as it is. Raises as ``ask_draft``."""
    design = _lock_design(draft.design, by, at)
    copy = _new_draft(design, _next_number(design), Origin(draft.origin), by, parent=draft, locked=draft.locked,
                      name=name[:LONGEST_NAME], is_by_hand=True)  # fmt: skip
    _place(copy, drawn(draft), {})
    _leave(design, "grids.copy_draft", by, at, {"draft": copy.number, "of": draft.number})
    return copy


@transaction.atomic
def move_atoms(
    *, draft: DesignDraft, units: Iterable[int], to: int, version: int, by: Actor, at: datetime
) -> DesignDraft:
    """Give units (indexes) to the grid of that index. Raises RuleBroken ``grids.draft_changed``,
    ``grids.draft_is_computed``, ``grids.not_planner`` and what the move would break (``partition.…``).
    """
    row, instance, plan = _take_up(draft, version, by, at)
    fixed = fixed_of(instance, plan, row.locked)
    return _change(row, plan, move(instance, plan.grid, plan.names, np.array(sorted(set(units)), np.int64), to, fixed),
                   "grids.move_atoms", by, at)  # fmt: skip


@transaction.atomic
def redraw_boundary(
    *, draft: DesignDraft, line_xy: NDArray[np.float64], version: int, by: Actor, at: datetime
) -> DesignDraft:
    """Cut two neighbouring grids anew along a line in metres. Raises as ``move_atoms``."""
    row, instance, plan = _take_up(draft, version, by, at)
    fixed = fixed_of(instance, plan, row.locked)
    return _change(row, plan, redraw(instance, plan.grid, plan.names, line_xy, fixed), "grids.redraw_boundary", by, at)


@transaction.atomic
def undo_change(*, draft: DesignDraft, version: int, by: Actor, at: datetime) -> DesignDraft:
    """Take the last change by hand back. Raises RuleBroken ``grids.nothing_to_undo`` and as ``move_atoms``."""
    row, _, plan = _take_up(draft, version, by, at)
    if not row.undo:
        raise RuleBroken("grids.nothing_to_undo")
    last, grid = row.undo.pop(), plan.grid.copy()
    grid[last["units"]] = last["grids"]
    return _store(row, grid, plan.names, "grids.undo_change", by, at, {"units": len(last["units"])})


@transaction.atomic
def lock_in_draft(
    *, draft: DesignDraft, grids: Iterable[str] = (), boundaries: Iterable[tuple[str, str]] = (), by: Actor,
    at: datetime,
) -> DesignDraft:  # fmt: skip
    """Say what may not change: whole grids, and boundaries between two; instead of what was said before.

    Raises RuleBroken ``grids.not_planner``, ``grids.not_in_draft``.
    """
    _lock_design(draft.design, by, at)
    row = lock(DesignDraft, draft.pk, related=("design",))
    pairs = sorted({(min(pair), max(pair)) for pair in boundaries})
    kept = {"grids": sorted(set(grids)), "boundaries": [list(pair) for pair in pairs]}
    for name in (*kept["grids"], *(name for pair in pairs for name in pair)):
        if name not in row.names:
            raise RuleBroken("grids.not_in_draft", name=name[:LONGEST_NAME])
    row.locked = kept
    row.save(update_fields=["locked"])
    _leave(row.design, "grids.lock_in_draft", by, at, {"draft": row.number, **kept})
    return row


@transaction.atomic
def name_draft(*, draft: DesignDraft, name: str, by: Actor, at: datetime) -> DesignDraft:
    """Call a draft by a name of its own. Raises RuleBroken ``grids.not_planner``."""
    design = _lock_design(draft.design, by, at)
    row = lock(DesignDraft, draft.pk)
    row.name = name.strip()[:LONGEST_NAME]
    row.save(update_fields=["name"])
    _leave(design, "grids.name_draft", by, at, {"draft": row.number, "name": row.name})
    return row


@transaction.atomic
def put_draft_aside(*, draft: DesignDraft, by: Actor, at: datetime) -> DesignDraft:
    """Take a draft out of the comparison; it is kept. Raises ``grids.not_planner``, ``grids.todays_draft``."""
    design = _lock_design(draft.design, by, at)
    row = lock(DesignDraft, draft.pk)
    if row.number == 1:
        raise RuleBroken("grids.todays_draft")
    row.put_aside_at = clock.now()
    row.save(update_fields=["put_aside_at"])
    _leave(design, "grids.put_draft_aside", by, at, {"draft": row.number})
    return row


def _new_draft(design: GridDesign, number: int, origin: Origin, by: Actor, **values: Any) -> DesignDraft:
    draft = DesignDraft(
        district_id=design.district_id, design=design, number=number, origin=origin.value, by_id=by.user_id,
        recorded_at=clock.now(), **values,
    )  # fmt: skip
    draft.save(force_insert=True)
    return draft


def _next_number(design: GridDesign) -> int:
    numbers = DesignDraft.objects.filter(district_id=design.district_id, design=design).values_list("number", flat=True)
    last = max(numbers, default=0)
    if last >= MOST_DRAFTS:
        raise RuleBroken("grids.drafts_used_up", most=MOST_DRAFTS)
    return last + 1


def _run(design: GridDesign, by: Actor, at: datetime) -> None:
    design.run = start_run(district_id=design.district_id, kind=KIND, arguments={"design": design.pk}, by=by, at=at)
    design.save(update_fields=["run"])


def _lock_design(design: GridDesign, by: Actor, at: datetime) -> GridDesign:
    row = lock(GridDesign, design.pk, related=("division",))
    require_drafter(by, row.division, at)
    return row


def _take_up(draft: DesignDraft, version: int, by: Actor, at: datetime) -> tuple[DesignDraft, Any, Drawn]:
    """The draft under its lock with its units, if it may be drawn in and nobody did meanwhile."""
    _lock_design(draft.design, by, at)
    row = lock(DesignDraft, draft.pk, related=("design",))
    if not row.is_by_hand:
        raise RuleBroken("grids.draft_is_computed")
    if row.version != version:
        raise RuleBroken("grids.draft_changed")
    return row, instance_of(row.design), drawn(row)


def _change(row: DesignDraft, plan: Drawn, grid: NDArray[np.int64], verb: str, by: Actor, at: datetime) -> DesignDraft:
    """Store a change and how to take it back."""
    units = np.flatnonzero(grid != plan.grid)
    row.undo = [*row.undo, {"units": units.tolist(), "grids": plan.grid[units].tolist()}][-MOST_UNDONE:]
    return _store(row, grid, plan.names, verb, by, at, {"units": units.tolist(), "to": grid[units].tolist()})


def _store(
    row: DesignDraft, grid: NDArray[np.int64], names: tuple[str, ...], verb: str, by: Actor, at: datetime,
    said: dict[str, Any],
) -> DesignDraft:  # fmt: skip
    _place(row, Drawn(grid, names), row.facts)
    _leave(row.design, verb, by, at, {"draft": row.number, "version": row.version, **said})
    return row


def _place(row: DesignDraft, plan: Drawn, facts: dict[str, Any]) -> None:
    row.grid, row.names, row.facts, row.version = packed(plan.grid), list(plan.names), facts, row.version + 1
    row.save(update_fields=["grid", "names", "facts", "version", "undo"])


def _leave(design: GridDesign, verb: str, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    leave_entry(district_id=design.district_id, subject=subject_key(design), verb=verb, by=by, at=at, body=body)

"""The jobs process at work on a design: the units counted, each draft that was asked for computed."""

from typing import Any

import numpy as np

from gridward.core.partition import Steps, Terms, design
from gridward.grids.actions.designing import keep_count, keep_draft
from gridward.grids.models import DesignDraft, GridDesign
from gridward.grids.queries.counting import count_area
from gridward.grids.queries.designs import drafts_of, drawn, fixed_of, instance_of, weights_of
from gridward.work import clock
from gridward.work.reporting import Report, StopAsked

FEW, MANY = 1_000, 20_000  # atoms
ROUNDS = (24, 8, 2)  # of the search, for few, more and very many atoms
PERCENT = 100


def compute_drafts(report: Report) -> None:
    """Every draft that waits; stopped in the middle, a draft keeps the best plan so far."""
    row = GridDesign.objects.select_related("division__district").get(pk=report.arguments["design"])
    if row.instance is None:
        report.reached(0, message="count")
        numbers = {name: row.asked[name] for name in ("grids", "minutes") if name in row.asked}
        row = keep_count(design=row, counted=count_area(row.division, row.day, **numbers), at=clock.now())
    waiting = list(drafts_of(row).filter(grid__isnull=True))
    for done, draft in enumerate(waiting):
        _compute(report, row, draft, PERCENT * done, PERCENT * len(waiting))


def _compute(report: Report, row: GridDesign, draft: DesignDraft, before: int, total: int) -> None:
    instance, weights = instance_of(row), weights_of(row, draft.origin)
    stopped: list[StopAsked] = []

    def tell(done: float, terms: Terms) -> None:
        try:
            report.reached(before + int(PERCENT * done), total=total, message=f"{draft.origin} J {terms.total:.3f}")
        except StopAsked as asked:
            stopped.append(asked)

    given: dict[str, Any] = {}
    if draft.parent is not None:
        start = drawn(draft.parent)
        given = {"start": start.grid, "start_names": start.names, "fixed": fixed_of(instance, start, draft.locked)}
    result = design(
        instance, weights=weights, stop=Steps(rounds_for(len(instance)), lambda: bool(stopped)),
        rng=np.random.default_rng(draft.number), progress=tell, **given,
    )  # fmt: skip
    facts = {"rounds": result.rounds, "J": result.terms.total, "is_stopped": bool(stopped)}
    keep_draft(draft=draft, result=result, facts=facts, at=clock.now())
    if stopped:
        raise stopped[0]


def rounds_for(atoms: int) -> int:
    """The same number for the same area, so that the same count gives the same plan."""
    return ROUNDS[(atoms > FEW) + (atoms > MANY)]

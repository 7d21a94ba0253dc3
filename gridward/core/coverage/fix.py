"""Put right what needs no decision."""

from collections.abc import Mapping

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridward.core.coordinates import Projection
from gridward.core.coverage.check import GRID_DEGREES, check_partition, on_grid
from gridward.core.coverage.finding import Finding, Tolerances
from gridward.core.errors import RuleBroken
from gridward.core.geometry import clean_area, polygon_parts

MOST_ROUNDS = 5
NOTHING_LEFT = 1e-6  # share of a piece that is only rounding
HAIR_DEGREES = 1e-7  # about 1 cm: pieces that far apart are neighbours


def apply_fix(pieces: Mapping[str, BaseGeometry], finding: Finding) -> dict[str, BaseGeometry]:
    """The pieces after one automatic fix; what is given stays unchanged.

    Several findings of one check may be applied one after the other, in their order.

    Raises
    ------
    RuleBroken
        ``coverage.needs_decision`` for a fix that a person has to choose.
    """
    if not finding.fix.is_automatic:
        raise RuleBroken("coverage.needs_decision", finding=finding.code)
    after = dict(pieces)
    values, shape = finding.fix.values, finding.geometry
    match finding.fix.code:
        case "coverage.repair_rings":
            after[values["code"]] = clean_area(pieces[values["code"]])
        case "coverage.cut_to_outline":
            after[values["code"]] = _without(pieces[values["code"]], finding)
        case "coverage.cut_overlap":
            after[values["cut"]] = _without(pieces[values["cut"]], finding)
        case "coverage.give_gap":
            after[values["to"]] = _with(pieces[values["to"]], shape)
        case "coverage.give_part":
            given = on_grid(pieces[values["of"]]).intersection(shape, grid_size=GRID_DEGREES)
            after[values["to"]] = _with(pieces[values["to"]], given)
            after[values["of"]] = _without(pieces[values["of"]], finding)
    return after


def _with(piece: BaseGeometry, given: BaseGeometry) -> BaseGeometry:
    """Both as one. Where a hair lies between them, the given part is first drawn to the piece's own vertices;
    otherwise it would be a part apart, and the next round would hand it back.
    """
    before, areas = on_grid(piece), MultiPolygon(polygon_parts(given))
    joined = clean_area(before.union(areas, grid_size=GRID_DEGREES))
    if len(polygon_parts(joined)) <= len(polygon_parts(before)):
        return joined
    drawn = clean_area(shapely.snap(areas, before, HAIR_DEGREES))
    return clean_area(before.union(drawn, grid_size=GRID_DEGREES))


def _without(piece: BaseGeometry, finding: Finding) -> BaseGeometry:
    """What is left of a piece; when earlier cuts leave nothing, a person has to decide."""
    before = on_grid(piece)
    left = before.difference(finding.geometry, grid_size=GRID_DEGREES)
    if left.area <= NOTHING_LEFT * before.area:
        raise RuleBroken("coverage.needs_decision", finding=finding.code)
    return clean_area(left)


def fix_partition(
    outline: BaseGeometry,
    pieces: Mapping[str, BaseGeometry],
    projection: Projection,
    tolerances: Tolerances,
) -> tuple[dict[str, BaseGeometry], list[Finding], list[Finding]]:
    """Apply all automatic fixes, and check again until none is left (at most five rounds).

    All pieces come back with their vertices on a grid of 1e-9 degrees (about 0.1 mm).

    Returns the pieces, the findings that were fixed, and those that need a decision.
    """
    current = {code: on_grid(piece) for code, piece in pieces.items()}
    done: list[Finding] = []
    for _ in range(MOST_ROUNDS):
        findings = check_partition(outline, current, projection, tolerances)
        before = len(done)
        for finding in findings:
            try:
                current = apply_fix(current, finding)
            except RuleBroken:
                continue
            done.append(finding)
        if len(done) == before:
            return current, done, findings
    return current, done, check_partition(outline, current, projection, tolerances)

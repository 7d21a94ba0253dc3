"""What a partition check finds, as codes and values; the edge makes sentences of them."""

from dataclasses import dataclass, field
from enum import StrEnum

from shapely.geometry.base import BaseGeometry


class FindingKind(StrEnum):
    BROKEN_RINGS = "broken_rings"  # a ring crosses itself; all further checks use the repaired shape
    OUTSIDE = "outside"  # a piece reaches beyond the outline
    OVERLAP = "overlap"  # two pieces claim the same ground
    GAP = "gap"  # ground of nobody
    SLIVER = "sliver"  # a gap, overlap or part narrower than the tolerance: an error of drawing
    PARTS = "parts"  # a piece lies in several places
    DOOR_OUTSIDE = "door_outside"  # a door in no piece


# Fix code → whether ``apply_fix`` may do it unasked. The others need a person's decision.
FIXES = {
    "coverage.repair_rings": True,  # code
    "coverage.cut_to_outline": True,  # code
    "coverage.cut_overlap": True,  # keep, cut
    "coverage.give_gap": True,  # to
    "coverage.give_part": True,  # of, to
    "coverage.remove_piece": False,  # code: nothing of it lies inside the outline
    "coverage.choose_one": False,  # keep, cut: cutting would leave nothing
    "coverage.draw_piece": False,  # a gap that touches no piece
    "coverage.decide_part": False,  # of, to: a real exclave, or a part without neighbour (to is empty)
    "coverage.give_door": False,  # to, distance_m
}


@dataclass(frozen=True, slots=True)
class Fix:
    """A code of ``FIXES`` and the values its sentence needs."""

    code: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def is_automatic(self) -> bool:
        return FIXES[self.code]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right. ``geometry`` is in longitude and latitude; ``codes`` are the pieces concerned."""

    kind: FindingKind
    geometry: BaseGeometry
    area_m2: float
    codes: tuple[str, ...]
    fix: Fix

    @property
    def code(self) -> str:
        return f"coverage.{self.kind.value}"


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What is too small to speak of.

    least_area_m2, least_width_m
        Gaps, overlaps and overhangs that are smaller or narrower are rounding, not findings. A line that is
        straight in degrees bends by about 0.4 mm over 200 m on the ground.
    sliver_width_m
        Narrower ones are slivers. Width means 2 · area / outline length, right for long strips.
    touch_m
        Two outlines closer than this touch; a door this close to a piece is in it.
    """

    least_area_m2: float
    least_width_m: float
    sliver_width_m: float
    touch_m: float

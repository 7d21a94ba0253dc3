"""Whom to propose for one case: who could be there soonest. A proposal for this case, told with its terms; nothing
of it is kept, and no list of people by it is ever made.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

OPEN_CASE_MIN = 30.0  # what each thing already in hand is taken to wait for
METRES_A_MIN = 75.0  # walking pace, 4.5 km/h
NEW_MIN = 20.0  # finding one's way into what one has not done before
STRAIGHT_FACTOR = 1.3  # a way on foot is longer than the straight line, where streets are not known


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person who may be given the case.

    Attributes
    ----------
    open_work
        how many open cases are in hand now
    off_min
        minutes until the next shift begins, 0 on duty
    way_m
        metres from the nearest place where the person has work in hand; None without one or without a place
    is_along_streets
        whether the way was told along streets, else it is the straight line
    is_used_to_it
        has done this kind of work before, or serves the very grid
    """

    id: int
    open_work: int
    off_min: float
    way_m: float | None
    is_along_streets: bool
    is_used_to_it: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """Minutes until the person could be at work there, in four parts."""

    off_min: float
    work_min: float
    way_min: float
    new_min: float

    @property
    def total_min(self) -> float:
        return self.off_min + self.work_min + self.way_min + self.new_min


def terms_of(one: Candidate) -> Terms:
    """off + 30 × open work + way ÷ 75 m a minute (× 1.3 where straight) + 20 for who is new to it."""
    way_m = (one.way_m or 0.0) * (1.0 if one.is_along_streets else STRAIGHT_FACTOR)
    return Terms(
        one.off_min, OPEN_CASE_MIN * one.open_work, way_m / METRES_A_MIN, 0.0 if one.is_used_to_it else NEW_MIN
    )


def propose(candidates: Sequence[Candidate], case: str) -> Candidate | None:
    """The one with the fewest minutes; between equals the case's number draws, so that no name comes first always."""
    return min(candidates, key=lambda one: (round(terms_of(one).total_min, 3), _lot(case, one.id)), default=None)


def _lot(case: str, person: int) -> bytes:
    return hashlib.sha256(f"{case}/{person}".encode()).digest()

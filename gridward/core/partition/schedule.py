"""How long a search goes on and how its heat falls: by rounds (the same plan every time), or by the clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

HOT, WARM, COLD = 0.3, 0.2, 0.01  # heat in units of what one grid costs: first round, later ones, their ends
ROUND, SWEEPS = 400.0, 40  # proposals an atom in a round of Steps, and its sweeps
FIRST, LONGEST = 4.0, 40_000.0  # proposals an atom: to learn the speed by; in the longest round of Seconds
SHORT_SWEEPS = 100  # of a round of Seconds
CALM = 0.04  # the last share of a round, without any heat


def nobody_asks() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Steps:
    """So many rounds. More are never worse: they form a fixed sequence, and the best plan of all is kept."""

    rounds: int
    is_asked: Callable[[], bool] = nobody_asks


@dataclass(frozen=True, slots=True)
class Seconds:
    """So many seconds by the caller's clock. ``is_asked`` says whether somebody wants the best plan so far now."""

    seconds: float
    clock: Callable[[], float]
    is_asked: Callable[[], bool] = nobody_asks


class Sweep(NamedTuple):
    """``proposals`` an atom at one heat; ``done`` is the share of the whole search that lies behind."""

    done: float
    starts_round: bool
    heat: float
    proposals: float


def sweeps(stop: Steps | Seconds) -> Iterator[Sweep]:
    """The sweeps to make, until the budget is used up or somebody asks for the plan."""
    for sweep in by_rounds(stop) if isinstance(stop, Steps) else by_clock(stop):
        if stop.is_asked():
            return
        yield sweep


def cooled(hottest: float, over: float) -> float:
    """The heat when this share of a round is over."""
    over /= 1.0 - CALM
    return float(hottest * (COLD / hottest) ** over) if over <= 1.0 else 0.0


def by_rounds(stop: Steps) -> Iterator[Sweep]:
    for number in range(stop.rounds):
        for part in range(SWEEPS):
            done, over = (number + part / SWEEPS) / stop.rounds, part / (SWEEPS - 1)
            yield Sweep(done, part == 0, cooled(WARM if number else HOT, over), ROUND / SWEEPS)


def by_clock(stop: Seconds) -> Iterator[Sweep]:
    """One round as long as the time, or several; each sweep is as long as the speed of the one before allows."""
    began = stop.clock()
    yield Sweep(0.0, True, HOT, FIRST)
    speed, hottest = FIRST / max(stop.clock() - began, 1e-9), HOT
    while (begun := stop.clock()) < began + stop.seconds:
        lasts, now = min(began + stop.seconds - begun, LONGEST / speed), begun
        while now < begun + lasts:
            proposals = max(1.0, speed * lasts / SHORT_SWEEPS)
            heat = cooled(hottest, (now - begun) / lasts)
            yield Sweep((now - began) / stop.seconds, now == begun, heat, proposals)
            before, now = now, stop.clock()
            speed = proposals / max(now - before, 1e-9)
        hottest = WARM

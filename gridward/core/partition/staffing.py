"""How many posts each grid needs and what they should be good at (定人); never who: no person is counted or ranked."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gridward.core.errors import RuleBroken
from gridward.core.partition.workload import Feature

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

WORKING_DAYS = 21.75  # a month: (365 - 104) / 12, as wages are counted in China (人社部发〔2025〕2号)
HOURS = 8.0
IN_THE_GRID = 0.6  # share of the time; the rest is meetings, writing, ways, leave
MINUTES_A_POST = WORKING_DAYS * HOURS * 60.0 * IN_THE_GRID
MOST_OVER = 0.1  # a post may carry so much beyond its minutes before there is another one


class Skill(StrEnum):
    """What a grid worker is good at; each feature of the workload asks for one."""

    VISITS = "visits"  # calling on households, newcomers, whoever asked for it
    CARE = "care"  # of elders
    CHILDREN = "children"  # and schools, and where minors go
    ORDER = "order"  # fire safety and order of shops, windows, culture and of the streets
    SITES = "sites"  # building sites
    MEDIATION = "mediation"  # reports and disputes


SKILL_OF = {
    Feature.SMALL_HOUSEHOLDS: Skill.VISITS, Feature.LARGE_HOUSEHOLDS: Skill.VISITS, Feature.MOVES: Skill.VISITS,
    Feature.VISITS: Skill.VISITS, Feature.ELDERS: Skill.CARE, Feature.OLDEST: Skill.CARE,
    Feature.CHILDREN: Skill.CHILDREN, Feature.SCHOOLS: Skill.CHILDREN, Feature.MINORS_VENUES: Skill.CHILDREN,
    Feature.SHOPS: Skill.ORDER, Feature.WINDOWS: Skill.ORDER, Feature.CULTURE: Skill.ORDER,
    Feature.HECTARES: Skill.ORDER, Feature.BUILDING_SITES: Skill.SITES, Feature.CASES: Skill.MEDIATION,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Staffing:
    """``posts`` (k,) of each grid and ``load`` (k,), the minutes that each of them carries; ``skills`` (k, s), the
    share of the grid's minutes that asks for each ``Skill``.
    """

    posts: Integers
    load: Floats
    skills: Floats
    minutes_a_post: float

    @property
    def total(self) -> int:
        """What the plan costs, in posts."""
        return int(self.posts.sum())

    @property
    def in_posts(self) -> float:
        """The work in posts, before rounding."""
        return float((self.load * self.posts).sum() / self.minutes_a_post)

    def spread(self) -> dict[str, float]:
        """Minutes a post, over all posts: min, median, max, and their coefficient of variation."""
        each = np.repeat(self.load, self.posts)
        mean = float(each.mean())
        return {
            "min": float(each.min()), "median": float(np.median(each)), "max": float(each.max()),
            "cv": float(each.std() / mean) if mean > 0 else 0.0,
        }  # fmt: skip

    def needs(self, grid: int) -> list[tuple[Skill, float]]:
        """The skills that a grid asks for with their shares, the largest first."""
        shares = zip(Skill, self.skills[grid].tolist(), strict=True)
        return sorted(((skill, share) for skill, share in shares if share > 0), key=lambda need: -need[1])


def staff(workload: Floats, by_feature: Floats, minutes_a_post: float = MINUTES_A_POST) -> Staffing:
    """Posts for grids of ``workload`` (k,) minutes a month; ``by_feature`` (k, f) are its minutes by ``Feature``.

    A grid has one post at least, and as few as carry at most ``MOST_OVER`` beyond ``minutes_a_post`` each. Shares of
    skills are of the minutes that features explain.

    Raises
    ------
    RuleBroken
        ``partition.post_without_minutes``.
    """
    if not (np.isfinite(minutes_a_post) and minutes_a_post > 0):
        raise RuleBroken("partition.post_without_minutes", minutes=minutes_a_post)
    workload, by_feature = np.asarray(workload, np.float64), np.asarray(by_feature, np.float64)
    needed = np.ceil(workload / (minutes_a_post * (1.0 + MOST_OVER)) - 1e-9)
    posts = np.maximum(needed, 1).astype(np.int64)
    asks = np.array([[SKILL_OF[feature] == skill for skill in Skill] for feature in Feature], np.float64)
    minutes = by_feature @ asks
    explained = minutes.sum(axis=1, keepdims=True)
    skills = np.divide(minutes, explained, out=np.zeros_like(minutes), where=explained > 0)
    return Staffing(posts, workload / posts, skills, minutes_a_post)

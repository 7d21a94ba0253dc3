"""How much work an atom is, in minutes a month, with the reasons: what *differentiation* 差异性 is measured by.

The features are what a grid worker visits and does, never who somebody is: no origin, no household register, no
tenure. Defaults are round figures to begin with; a district's own record moves them (``fit``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gridward.core.errors import RuleBroken

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Feature(StrEnum):
    """What is counted of an atom; columns of every array of features, in this order."""

    SMALL_HOUSEHOLDS = "small_households"  # of one or two persons
    LARGE_HOUSEHOLDS = "large_households"  # of three or more
    CHILDREN = "children"  # residents under 14
    ELDERS = "elders"  # residents of 65 and over
    OLDEST = "oldest"  # of these, 80 and over
    MOVES = "moves"  # in and out, a year
    SHOPS = "shops"
    WINDOWS = "windows"  # public service windows
    CULTURE = "culture"  # museums, libraries, theatres
    MINORS_VENUES = "minors_venues"
    SCHOOLS = "schools"
    BUILDING_SITES = "building_sites"
    HECTARES = "hectares"  # of ground walked, where nothing else is known of it
    CASES = "cases"  # past cases, a month
    VISITS = "visits"  # visits that were asked for or agreed, a month


# Minutes a month for one of each: a first guess by the tasks of the paper's grid workers, to be moved by records.
DEFAULT_MINUTES = {
    Feature.SMALL_HOUSEHOLDS: 3.0, Feature.LARGE_HOUSEHOLDS: 4.0, Feature.CHILDREN: 0.5, Feature.ELDERS: 1.5,
    Feature.OLDEST: 6.0, Feature.MOVES: 2.0, Feature.SHOPS: 8.0, Feature.WINDOWS: 20.0, Feature.CULTURE: 20.0,
    Feature.MINORS_VENUES: 30.0, Feature.SCHOOLS: 60.0, Feature.BUILDING_SITES: 90.0, Feature.HECTARES: 20.0,
    Feature.CASES: 25.0, Feature.VISITS: 30.0,
}  # fmt: skip
DOUBT = 0.5  # how far a default may be off, as a share of it: its standard deviation before any record
LEAST_KNOWN = 10  # atoms with a record, below which nothing is fitted
PASSES = 4  # of the fit, each with the noise that the one before left
UNIT_MINUTES = 15.0  # work comes in pieces of about a quarter of an hour: a month's variance is this times its minutes


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Minutes of each feature (f,), what each kind of atom adds on top (by kind, with 0 for unknown ones), the
    variance of a month by its minutes, and the variance between atoms that neither features nor chance explain.
    """

    minutes: Floats
    of_kind: dict[str, float]
    noise: float
    between: float
    atoms_known: int


@dataclass(frozen=True, slots=True)
class Reason:
    """``count`` of a feature at ``each`` minutes; ``feature`` "kind" and "record" stand for the rest."""

    feature: str
    count: float
    each: float

    @property
    def minutes(self) -> float:
        return self.count * self.each


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """``minutes`` and ``error`` (one standard deviation), both (n,), and the parts that ``reasons`` tells apart."""

    minutes: Floats
    error: Floats
    features: Floats
    of_kind: Floats
    of_record: Floats
    model: Model

    def reasons(self, atom: int) -> list[Reason]:
        """Why an atom has its minutes, the largest first; they add up to them."""
        counted = zip(Feature, self.features[atom], self.model.minutes, strict=True)
        found = [Reason(feature.value, float(count), float(each)) for feature, count, each in counted if count]
        found += [Reason(name, 1.0, float(part[atom])) for name, part in
                  (("kind", self.of_kind), ("record", self.of_record)) if part[atom]]  # fmt: skip
        return sorted(found, key=lambda reason: -abs(reason.minutes))


def default_model() -> Model:
    """Before any record: the defaults, with their doubt between atoms."""
    minutes = np.array([DEFAULT_MINUTES[feature] for feature in Feature])
    return Model(minutes, {}, noise=0.0, between=0.0, atoms_known=0)


def fit(features: Floats, kinds: Sequence[str], recorded: Floats, months: Floats) -> Model:
    """A model from the district's own record: minutes ``recorded`` (n,) over ``months`` (n,), 0 months for none.

    Weighted least squares of minutes a month on the features, drawn towards the defaults by their doubt (ridge
    regression with a prior mean); each kind's mean residual is drawn towards 0 by how few atoms know it.
    """
    features, count = _checked(features, kinds), np.asarray(months, float)
    known, prior = count > 0, np.array([DEFAULT_MINUTES[feature] for feature in Feature])
    if known.sum() < LEAST_KNOWN:
        return default_model()
    x, y, months = features[known], np.asarray(recorded, float)[known] / count[known], count[known]
    expected = np.maximum(x @ prior, 1.0)
    weight, minutes = months / expected, prior  # a month's minutes vary as much as there is to do
    for _ in range(PASSES):
        noise = max(float(np.mean(weight * (y - x @ minutes) ** 2)), 1e-9)
        pull = np.diag(noise / (DOUBT * prior) ** 2)
        minutes = np.maximum(
            np.linalg.solve(x.T @ (weight[:, None] * x) + pull, x.T @ (weight * y) + pull @ prior), 0.0
        )
    left = y - x @ minutes
    of_kind = _kinds(np.asarray(kinds)[known], left)
    left = left - np.array([of_kind.get(kind, 0.0) for kind in np.asarray(kinds)[known]])
    between = max(0.0, float(np.mean(left**2 - UNIT_MINUTES * expected / months)))
    return Model(minutes, of_kind, UNIT_MINUTES, between, int(known.sum()))


def _kinds(kinds: NDArray[np.str_], left: Floats) -> dict[str, float]:
    """Mean of what is left of each kind, shrunk by the share of its variance that is between kinds (James, Stein)."""
    groups = {kind: left[kinds == kind] for kind in sorted(set(kinds.tolist()))}
    within = float(np.mean([group.var() for group in groups.values()]))
    means = np.array([group.mean() for group in groups.values()])
    own = np.array([within / len(group) for group in groups.values()])
    between = max(0.0, float(np.mean(means**2 - own)))
    shares = between / (between + own) if between > 0 else np.zeros(len(means))
    return dict(zip(groups, (shares * means).tolist(), strict=True))


def workload(
    features: Floats, kinds: Sequence[str], model: Model, recorded: Floats | None = None, months: Floats | None = None
) -> Workload:
    """Minutes a month of each atom: what the model says, drawn to the atom's own record the more months it has."""
    features = _checked(features, kinds)
    of_kind = np.array([model.of_kind.get(kind, 0.0) for kind in kinds], float)
    told = np.maximum(features @ model.minutes + of_kind, 0.0)
    error = np.sqrt(model.between + ((DOUBT * features * model.minutes) ** 2).sum(axis=1) * (model.atoms_known == 0))
    pulled = np.zeros(len(told))
    if recorded is not None and months is not None and model.atoms_known:
        has = np.asarray(months) > 0
        variance = model.noise * np.maximum(told[has], 1.0) / np.asarray(months)[has]
        share = model.between / np.maximum(model.between + variance, 1e-12)
        pulled[has] = share * (np.asarray(recorded)[has] / np.asarray(months)[has] - told[has])
        error[has] = np.sqrt(share * variance)
    minutes = np.maximum(told + pulled, 0.0)
    return Workload(minutes, error, features, told - features @ model.minutes, minutes - told, model)


def _checked(features: Floats, kinds: Sequence[str]) -> Floats:
    features = np.asarray(features, np.float64).reshape(len(kinds), len(Feature))
    wrong = ~np.isfinite(features) | (features < 0)
    if wrong.any():
        row, column = (int(at[0]) for at in np.nonzero(wrong))
        raise RuleBroken("partition.feature_wrong", row=row + 1, feature=list(Feature)[column].value)
    return features

"""What a district's own record says of one unit, drawn to what is usual for its kind the less there is of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def monthly_rates(counts: Floats, months: float, kinds: Sequence[str]) -> tuple[Floats, Floats]:
    """Events a month of each unit (n,) and their standard error, from ``counts`` (n,) over ``months``.

    Counts are taken as Poisson and the rates of a kind as gamma with the kind's mean and the variance that chance
    does not explain (empirical Bayes: Robbins 1956; Marshall 1991 for maps of rates). A unit of a kind whose
    units differ only by chance has the kind's mean.
    """
    rates, errors, of_kind = np.zeros(len(counts)), np.zeros(len(counts)), np.asarray(kinds)
    if months <= 0:
        return rates, errors
    for kind in np.unique(of_kind):
        own = of_kind == kind
        mean = counts[own].mean() / months
        between = max(0.0, float(counts[own].var()) / months**2 - mean / months)
        share = between / (between + mean / months) if between > 0 else 0.0
        rates[own] = mean + share * (counts[own] / months - mean)
        errors[own] = np.sqrt((1.0 - share) * between) if share else np.sqrt(mean / months / max(own.sum(), 1))
    return rates, errors

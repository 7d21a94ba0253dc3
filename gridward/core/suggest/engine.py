"""Learning a linear model of texts from closed cases, and judging it by what it had not read."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from gridward.core.errors import RuleBroken
from gridward.core.suggest.learning import BINS, FEWEST_CASES, FEWEST_OF_A_KIND, Bin, Example, Hits, Lesson
from gridward.core.suggest.linear import LinearModel, probabilities
from gridward.core.suggest.words import pieces_of

FOLDS, NEWEST = 5, 0.2
MOST_PIECES, FEWEST_TEXTS = 20_000, 5  # a piece in fewer texts may be somebody's name
RIGHT_WHEN_SURE, LEAST_SURE = 0.8, 0.5
NEVER = 2.0  # a probability that nothing reaches
STEPS = FOLDS + 2
Ranked = Callable[[str], Sequence[int]]


class Learner:
    """Texts to weights; fitted on some, asked of others."""

    def __init__(self, texts: Sequence[str], kinds: npt.NDArray[np.int64]) -> None:
        self.pieces = TfidfVectorizer(analyzer=pieces_of, min_df=FEWEST_TEXTS, max_features=MOST_PIECES, binary=True)
        self.model = LogisticRegression(C=10.0, max_iter=100, tol=1e-3)
        self.model.fit(self.pieces.fit_transform(texts), kinds)

    def scores(self, texts: Sequence[str], kinds: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Shape (texts, ``kinds``); a category that it never met can not win."""
        found = np.full((len(texts), len(kinds)), -1e9)
        told = self.model.decision_function(self.pieces.transform(texts))
        told = np.column_stack([-told, told]) if told.ndim == 1 else told
        found[:, np.searchsorted(kinds, self.model.classes_)] = told
        return found

    def linear(self, temperature: float, sure_from: float) -> LinearModel:
        weights, bias = self.model.coef_, self.model.intercept_
        if len(weights) == 1:  # two categories: one row of weights
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return LinearModel(
            categories=tuple(int(kind) for kind in self.model.classes_),
            places={piece: int(n) for piece, n in self.pieces.vocabulary_.items()},
            weights=weights.astype(np.float32), bias=bias.astype(np.float32),
            rarity=self.pieces.idf_.astype(np.float32), temperature=temperature, sure_from=sure_from,
        )  # fmt: skip


def learn(
    examples: Sequence[Example], ranked_by_names: Ranked, reached: Callable[[int, int], None]
) -> tuple[LinearModel, Lesson]:
    """Train on closed cases and say how good it is.

    Parameters
    ----------
    examples
        in any order
    ranked_by_names
        the categories that the names alone would propose for a text, the likeliest first
    reached
        called with (steps done, steps in all) between two of them; it may raise to stop

    Raises RuleBroken ``training.too_few_cases``.
    """
    frequent = {kind for kind, n in Counter(row.category for row in examples).items() if n >= FEWEST_OF_A_KIND}
    used = sorted((row for row in examples if row.category in frequent), key=lambda row: row.at)
    if len(used) < FEWEST_CASES or len(frequent) < 2:
        raise RuleBroken("training.too_few_cases", cases=len(used), fewest=FEWEST_CASES, each=FEWEST_OF_A_KIND)
    texts, answers = [row.text for row in used], np.array([row.category for row in used], np.int64)
    kinds = np.unique(answers)
    scores = _cross(texts, answers, kinds, reached)
    temperature = _temperature(scores, answers, kinds)
    chances = probabilities(scores, temperature)
    sure_from = _sure_from(chances, answers, kinds)
    later, names = _later(texts, answers, kinds, (temperature, sure_from), ranked_by_names)
    reached(FOLDS + 1, STEPS)
    model = Learner(texts, answers).linear(temperature, sure_from)
    reached(STEPS, STEPS)
    cross = _hits(chances, answers, kinds, sure_from)
    lesson = Lesson(
        cases=len(used), kinds=len(kinds), rare=len(examples) - len(used), cross=cross, later=later, names=names,
        bins=_bins(chances, answers, kinds),
    )  # fmt: skip
    return model, lesson


def _cross(
    texts: list[str], answers: npt.NDArray[np.int64], kinds: npt.NDArray[np.int64], reached: Callable[[int, int], None]
) -> npt.NDArray[np.float64]:
    """Scores of each text by a learner that read neither it nor its equals."""
    same = np.unique([" ".join(pieces_of(text)) for text in texts], return_inverse=True)[1]
    scores = np.zeros((len(texts), len(kinds)))
    for n, (known, asked) in enumerate(GroupKFold(FOLDS).split(texts, answers, same)):
        learner = Learner([texts[i] for i in known], answers[known])
        scores[asked] = learner.scores([texts[i] for i in asked], kinds)
        reached(n + 1, STEPS)
    return scores


def _later(
    texts: list[str], answers: npt.NDArray[np.int64], kinds: npt.NDArray[np.int64], told: tuple[float, float],
    ranked_by_names: Ranked,
) -> tuple[Hits, Hits]:  # fmt: skip
    """The newest fifth, asked of a learner of the older ones and of the names alone."""
    cut = len(texts) - max(1, int(len(texts) * NEWEST))
    temperature, sure_from = told
    scores = Learner(texts[:cut], answers[:cut]).scores(texts[cut:], kinds)
    ranks = [list(ranked_by_names(text))[:3] for text in texts[cut:]]
    first = [bool(rank) and rank[0] == kind for rank, kind in zip(ranks, answers[cut:], strict=True)]
    three = [kind in rank for rank, kind in zip(ranks, answers[cut:], strict=True)]
    names = Hits(len(ranks), float(np.mean(first)), float(np.mean(three)), float(np.mean([bool(r) for r in ranks])),
                 float(np.mean([hit for hit, rank in zip(first, ranks, strict=True) if rank] or [0.0])))  # fmt: skip
    return _hits(probabilities(scores, temperature), answers[cut:], kinds, sure_from), names


def _temperature(scores: npt.NDArray[Any], answers: npt.NDArray[np.int64], kinds: npt.NDArray[np.int64]) -> float:
    """The temperature of the least surprise (negative log-likelihood) on texts that were not read."""
    right = np.searchsorted(kinds, answers)
    rows = np.arange(len(answers))

    def surprise(logarithm: float) -> float:
        chances = probabilities(scores, float(np.exp(logarithm)))
        return float(-np.log(np.maximum(chances[rows, right], 1e-12)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-3.0, 3.0), method="bounded").x))


def _firsts(
    chances: npt.NDArray[Any], answers: npt.NDArray[np.int64], kinds: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """The probability of each first guess, and whether it was right."""
    best = chances.argmax(axis=1)
    return chances[np.arange(len(best)), best], kinds[best] == answers


def _sure_from(chances: npt.NDArray[Any], answers: npt.NDArray[np.int64], kinds: npt.NDArray[np.int64]) -> float:
    """The lowest probability, at least a half, from which on four in five first guesses were right."""
    said, right = _firsts(chances, answers, kinds)
    order = np.argsort(-said, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= RIGHT_WHEN_SURE)
    return max(float(said[order][enough[-1]]), LEAST_SURE) if len(enough) else NEVER


def _hits(
    chances: npt.NDArray[Any], answers: npt.NDArray[np.int64], kinds: npt.NDArray[np.int64], sure_from: float
) -> Hits:
    said, right = _firsts(chances, answers, kinds)
    best = kinds[np.argsort(-chances, axis=1, kind="stable")[:, :3]]
    sure = said >= sure_from
    return Hits(len(answers), float(right.mean()), float((best == answers[:, None]).any(axis=1).mean()),
                float(sure.mean()), float(right[sure].mean()) if sure.any() else 0.0)  # fmt: skip


def _bins(chances: npt.NDArray[Any], answers: npt.NDArray[np.int64], kinds: npt.NDArray[np.int64]) -> list[Bin]:
    said, right = _firsts(chances, answers, kinds)
    rows = []
    for low, high in pairwise(np.linspace(0, 1, BINS + 1)):
        here = (said > low) & (said <= high)
        n = int(here.sum())
        rows.append(Bin(n, float(said[here].mean()) if n else 0.0, float(right[here].mean()) if n else 0.0))
    return rows

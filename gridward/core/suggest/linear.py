"""A linear model of texts: one weight for each category and piece, a bias, a temperature, and when it keeps silent.

The probability of category c for a text is softmax((W f + b) / T) with f the pieces' weights (rarity, then scaled to
length one). T is fitted so that of the texts that are said to be 70 % sure seven in ten are right (Guo et al. 2017,
temperature scaling).
"""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gridward.core.suggest.words import as_words, pieces_of

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """A category with its probability and the words of the text that spoke for it."""

    category: int
    probability: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class LinearModel:
    """What was learnt.

    Attributes
    ----------
    categories
        ids, one for each row of ``weights``
    places
        piece -> column of ``weights``
    weights, bias, rarity
        shapes (categories, pieces), (categories,), (pieces,)
    temperature
        divides the scores; above one it was too sure of itself
    sure_from
        the probability from which the first guess is worth saying
    """

    categories: tuple[int, ...]
    places: dict[str, int]
    weights: Floats
    bias: Floats
    rarity: Floats
    temperature: float
    sure_from: float

    def guesses(self, text: str) -> list[Guess]:
        """All categories, the likeliest first; none for a text without a known piece."""
        known = [(piece, self.places[piece]) for piece in pieces_of(text) if piece in self.places]
        if not known:
            return []
        columns = np.array([column for _, column in known])
        values = self.rarity[columns] / np.linalg.norm(self.rarity[columns])
        spoke = self.weights[:, columns] * values
        chances = probabilities(spoke.sum(axis=1) + self.bias, self.temperature)
        pieces = [piece for piece, _ in known]
        return [
            Guess(self.categories[row], float(chances[row]), _because(text, pieces, spoke[row]))
            for row in np.argsort(-chances, kind="stable")
        ]

    def is_sure(self, guesses: list[Guess]) -> bool:
        return bool(guesses) and guesses[0].probability >= self.sure_from

    def as_bytes(self) -> bytes:
        """Kept in the database: half precision, compressed."""
        target = io.BytesIO()
        pieces = sorted(self.places, key=lambda piece: self.places[piece])
        np.savez_compressed(
            target, categories=np.array(self.categories, np.int64), pieces=np.array(pieces, np.str_),
            weights=self.weights.astype(np.float16), bias=self.bias, rarity=self.rarity,
            told=np.array([self.temperature, self.sure_from]),
        )  # fmt: skip
        return target.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "LinearModel":
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            temperature, sure_from = (float(value) for value in kept["told"])
            return cls(
                categories=tuple(int(pk) for pk in kept["categories"]),
                places={str(piece): n for n, piece in enumerate(kept["pieces"])},
                weights=kept["weights"].astype(np.float32), bias=kept["bias"], rarity=kept["rarity"],
                temperature=temperature, sure_from=sure_from,
            )  # fmt: skip


def probabilities(scores: npt.NDArray[Any], temperature: float) -> npt.NDArray[Any]:
    """Softmax over the last axis of ``scores / temperature``."""
    scaled = scores / temperature
    grown = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def _because(text: str, pieces: list[str], spoke: Floats) -> tuple[str, ...]:
    """The words behind at least a tenth of what spoke for it."""
    strong = spoke >= max(0.1 * float(spoke[spoke > 0].sum()), 1e-6)
    return tuple(as_words(text, [piece for piece, is_strong in zip(pieces, strong, strict=True) if is_strong]))

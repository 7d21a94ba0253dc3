"""What is learnt from, and how well it did: plain records, so that nobody needs the trainer to read them."""

from dataclasses import asdict, dataclass, field
from typing import Any

FEWEST_CASES, FEWEST_OF_A_KIND = 200, 10
BINS = 10


@dataclass(frozen=True, slots=True)
class Example:
    """A closed case: its words, what it was found to be, when it came in (seconds)."""

    text: str
    category: int
    at: float


@dataclass(frozen=True, slots=True)
class Hits:
    """How often it was right on texts that it had not read.

    Attributes
    ----------
    cases
        texts asked
    first, three
        share whose category was the first guess, among the first three
    answered, right
        share for which it was sure enough to answer, and the share of those that were right
    """

    cases: int
    first: float
    three: float
    answered: float = 1.0
    right: float = 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Of the texts with a probability within a tenth: how many, what was said on average, how many were right."""

    cases: int
    said: float
    right: float


@dataclass(frozen=True)
class Lesson:
    """The measures of a training.

    Attributes
    ----------
    cases, kinds, rare
        texts learnt from, categories among them, texts of categories with too few
    cross
        five times four fifths learnt, one fifth asked; equal texts are never on both sides
    later
        the oldest four fifths learnt, the newest asked
    names
        the newest fifth asked of the categories' own names and synonyms: what there is without learning
    bins
        of ``cross``
    """

    cases: int
    kinds: int
    rare: int
    cross: Hits
    later: Hits
    names: Hits
    bins: list[Bin] = field(default_factory=list)

    @property
    def is_better(self) -> bool:
        """Whether it pays to use what was learnt."""
        return self.later.first >= self.names.first

    def as_data(self) -> dict[str, Any]:
        return {**asdict(self), "is_better": self.is_better}

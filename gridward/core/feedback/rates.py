"""Shares that are said with what they are made of, how sure they are, and not at all where they are of too few."""

import math
from dataclasses import dataclass

FEWEST = 10
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``."""

    part: int
    whole: int

    @property
    def is_said(self) -> bool:
        """Below ten answers there is no rate: one family would be read from it."""
        return self.whole >= FEWEST

    @property
    def is_public(self) -> bool:
        """Neither those who said so nor the rest are so few that a home could be read from them."""
        return min(self.part, self.whole - self.part) >= FEWEST

    @property
    def few_say_no(self) -> bool:
        """Enough answered, and so few said no that their number is not told."""
        return self.is_said and self.whole - self.part < FEWEST

    @property
    def percent(self) -> float:
        """Of a hundred; zero of nothing."""
        return 100 * self.part / self.whole if self.whole else 0.0

    @property
    def low(self) -> float:
        """The lower end of the interval, in percent."""
        return self._wilson(-1)

    @property
    def high(self) -> float:
        """Its upper end."""
        return self._wilson(1)

    def _wilson(self, side: int) -> float:
        """Wilson's score interval at 95 %: Wilson 1927, JASA 22, 209–212."""
        n, z = self.whole, Z_95
        if n == 0:
            return 0.0 if side < 0 else 100.0
        p = self.part / n
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return 100 * min(1.0, max(0.0, (middle + side * half) / (1 + z * z / n)))

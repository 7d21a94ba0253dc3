"""Administrative division codes 行政区划代码: 2 + 2 + 2 + 3 + 3 digits (GB/T 2260, GB/T 10114).

The same code names different places in different official lists, so a division is known by
(scheme, edition, code); this module only reads the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gridward.core.errors import RuleBroken

ACCEPTED_LENGTHS = (2, 4, 6, 9, 12)
LENGTH = 12
Kind = TypeVar("Kind")


class DivisionLevel(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"


class TownshipKind(StrEnum):
    """Digits 7–9 (GB/T 10114)."""

    SUBDISTRICT = "subdistrict"  # 001–099 街道
    TOWN = "town"  # 100–199 镇
    TOWNSHIP = "township"  # 200–399 乡
    ZONE = "zone"  # 400–599 政企合一: parks, bureaus, farms
    OTHER = "other"


class CommunityKind(StrEnum):
    """Digits 10–12 (statistical division codes)."""

    RESIDENTS_COMMITTEE = "residents_committee"  # 001–199 居委会
    VILLAGE_COMMITTEE = "village_committee"  # 200–399 村委会
    OTHER = "other"  # 400–… kept for places that only resemble one


@dataclass(frozen=True, slots=True, order=True)
class DivisionCode:
    """A division code filled with zeros to 12 digits."""

    text: str

    @property
    def level(self) -> DivisionLevel:
        for end, level in ((9, "community"), (6, "subdistrict"), (4, "district"), (2, "city")):
            if self.text[end:].strip("0"):
                return DivisionLevel(level)
        return DivisionLevel.PROVINCE

    @property
    def parts(self) -> tuple[str, str, str, str, str]:
        """Province, city, county, township and community digits."""
        code = self.text
        return code[:2], code[2:4], code[4:6], code[6:9], code[9:]

    @property
    def district(self) -> str:
        """The six digits of the county level."""
        return self.text[:6]

    @property
    def short(self) -> str:
        """As usually written at its level: 2, 4, 6, 9 or 12 digits."""
        return self.text[: ACCEPTED_LENGTHS[list(DivisionLevel).index(self.level)]]

    @property
    def parent(self) -> "DivisionCode | None":
        """The division above, None for a province."""
        step = list(DivisionLevel).index(self.level)
        return None if step == 0 else parse_division(self.text[: ACCEPTED_LENGTHS[step - 1]])

    @property
    def township_kind(self) -> TownshipKind | None:
        """None above the township level."""
        number = int(self.text[6:9])
        return _kind_of(number, _TOWNSHIP_RANGES, TownshipKind.OTHER) if number else None

    @property
    def community_kind(self) -> CommunityKind | None:
        """None above the community level."""
        number = int(self.text[9:])
        return _kind_of(number, _COMMUNITY_RANGES, CommunityKind.OTHER) if number else None

    def is_within(self, other: "DivisionCode") -> bool:
        """Whether this division is ``other`` or lies below it."""
        return self.text.startswith(other.short)

    def __str__(self) -> str:
        return self.text


_TOWNSHIP_RANGES = {
    TownshipKind.SUBDISTRICT: range(1, 100),
    TownshipKind.TOWN: range(100, 200),
    TownshipKind.TOWNSHIP: range(200, 400),
    TownshipKind.ZONE: range(400, 600),
}
_COMMUNITY_RANGES = {
    CommunityKind.RESIDENTS_COMMITTEE: range(1, 200),
    CommunityKind.VILLAGE_COMMITTEE: range(200, 400),
}


def _kind_of(number: int, ranges: Mapping[Kind, range], other: Kind) -> Kind:
    return next((kind for kind, numbers in ranges.items() if number in numbers), other)


def parse_division(text: str) -> DivisionCode:
    """Read 2, 4, 6, 9 or 12 digits.

    Raises
    ------
    RuleBroken
        ``codes.division_malformed`` for other lengths, other characters, or a part below an empty part.
    """
    code = text.strip()
    if len(code) not in ACCEPTED_LENGTHS or not (code.isascii() and code.isdigit()):
        raise RuleBroken("codes.division_malformed", text=text[:40])
    full = code.ljust(LENGTH, "0")
    # 直筒子市 (cities without districts) really have county 00 above a township, so only the ends are held.
    if full.startswith("00") or (full[6:9] == "000" and full[9:] != "000"):
        raise RuleBroken("codes.division_malformed", text=text[:40])
    return DivisionCode(full)

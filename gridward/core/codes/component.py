"""管理部件标识码: what a lamp, a manhole or a bin is called in every city, and what is wrong with one that is none.

==========  ==========================================================================================
digits      what they say
==========  ==========================================================================================
1 – 6       the county-level division that keeps it
7 – 8       major class (01 municipal utilities … 05 others)
9 – 11      minor class within the major one
12 – 17     its number among those of its class in the division, from 000001
==========  ==========================================================================================

The form is that of GB/T 47678.5 (17 digits); GB/T 30428.2-2013 had two digits for the minor class, 16 in all.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from gridward.core.errors import RuleBroken

LENGTH, FORMER_LENGTH = 17, 16
MOST_SEQUENCE = 999_999
# What a spreadsheet makes of a long number that it takes for a number.
_ROUNDED = re.compile(r"[1-9](\.\d+)?[eE]\+\d+|\d{15,}\.0+")


@dataclass(frozen=True, slots=True, order=True)
class ComponentId:
    """The parts of one; ``class_code`` are the five digits of major and minor class."""

    district: str
    class_code: str
    sequence: int

    def __str__(self) -> str:
        return f"{self.district}{self.class_code}{self.sequence:06d}"

    @property
    def spaced(self) -> str:
        """For reading aloud and printing: ``900101 01 037 000012``."""
        return f"{self.district} {self.class_code[:2]} {self.class_code[2:]} {self.sequence:06d}"


def component_id(district: str, class_code: str, sequence: int) -> ComponentId:
    """Build one from the 6-digit district, the 5-digit class and 1 … 999,999."""
    code = f"{district}{class_code}"
    if len(code) != 11 or not (code.isascii() and code.isdigit()):
        raise RuleBroken("codes.component_malformed", text=code[:40])
    if not 1 <= sequence <= MOST_SEQUENCE:
        raise RuleBroken("codes.sequence_out_of_range", sequence=sequence, most=MOST_SEQUENCE)
    return ComponentId(code[:6], code[6:], sequence)


def parse_component_id(text: str) -> ComponentId:
    """Read one, with or without spaces.

    Raises RuleBroken ``codes.component_rounded``, ``codes.component_of_2013``, ``codes.component_malformed``,
    ``codes.sequence_out_of_range``.
    """
    code = "".join(text.split())
    if _ROUNDED.fullmatch(code):
        raise RuleBroken("codes.component_rounded", text=code[:40])
    is_number = code.isascii() and code.isdigit()
    if is_number and len(code) == FORMER_LENGTH:
        raise RuleBroken("codes.component_of_2013", text=code)
    if not is_number or len(code) != LENGTH:
        raise RuleBroken("codes.component_malformed", text=text[:40])
    return component_id(code[:6], code[6:11], int(code[11:]))


def faults_of(text: str, *, district: str, classes: Collection[str]) -> list[RuleBroken]:
    """Everything that keeps a code out of a district's register; nothing for a good one.

    Parameters
    ----------
    district : the six digits of the district that keeps the register
    classes : the five-digit classes that it knows
    """
    try:
        code = parse_component_id(text)
    except RuleBroken as refused:
        return [refused]
    found = []
    if code.district != district:
        found.append(RuleBroken("codes.component_elsewhere", text=str(code), theirs=code.district, ours=district))
    if code.class_code not in classes:
        found.append(RuleBroken("codes.component_class_unknown", text=str(code), class_code=code.class_code))
    return found

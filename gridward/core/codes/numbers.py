"""Numbers given out by a district: cells, grids and cases. All are built on division codes.

Components have a module of their own (``codes.component``).

==========  ======  ==================================================================
object      length  structure
==========  ======  ==================================================================
cell        15      12-digit community + 3 sequence (GB/T 30428.1, GB/T 47678.3)
grid        15      12-digit community or subdistrict + kind letter + 2 sequence (ours)
case        19      6 district + 8 date of filing + 5 sequence (ours; no national form is known)
==========  ======  ==================================================================
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridward.core.codes.divisions import DivisionCode, DivisionLevel, parse_division
from gridward.core.errors import RuleBroken

BAND_M = 100.0  # a cell of about 10,000 m² is about this high
MOST_CELLS = 999
GRID_LETTERS = {"community": "C", "premises": "P", "road": "R"}
_KIND_OF_LETTER = {letter: kind for kind, letter in GRID_LETTERS.items()}
_TENS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which look like digits
MOST_GRIDS = len(_TENS) * 10 - 1


@dataclass(frozen=True, slots=True, order=True)
class CellCode:
    """单元网格标识码."""

    community: DivisionCode
    sequence: int

    def __str__(self) -> str:
        return f"{self.community}{self.sequence:03d}"


@dataclass(frozen=True, slots=True)
class GridCode:
    """责任网格 code, like ``430102001003C07``: readable from left to right, and its text sorts.

    The last two characters count 01 … 99, then A0 … Z9 (without I and O) for 100 … 339, so a longer
    sequence still sorts behind a shorter one. A grid of a whole subdistrict has community digits 000;
    where nobody drew the subdistricts either, theirs are 000 too.
    """

    division: DivisionCode
    kind: str
    sequence: int

    def __str__(self) -> str:
        tail = f"{_TENS[self.sequence // 10]}{self.sequence % 10}"
        return f"{self.division}{GRID_LETTERS[self.kind]}{tail}"

    @property
    def spaced(self) -> str:
        """For reading aloud and printing: ``430102 001 003 C07``."""
        text = str(self)
        return f"{text[:6]} {text[6:9]} {text[9:12]} {text[12:]}"


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """案卷编号; ``day`` is the day of filing in the district's time zone."""

    district: str
    day: date
    sequence: int

    def __str__(self) -> str:
        return f"{self.district}{self.day:%Y%m%d}{self.sequence:05d}"


def cell_code(community: str, sequence: int) -> CellCode:
    """Build a cell code from a 12-digit community and 1 … 999."""
    division = parse_division(community)
    if division.level is not DivisionLevel.COMMUNITY:
        raise RuleBroken("codes.cell_malformed", text=community[:40])
    return CellCode(division, _in_range(sequence, MOST_CELLS))


def parse_cell_code(text: str) -> CellCode:
    code = _digits(text, 15, "codes.cell_malformed")
    return cell_code(code[:12], int(code[12:]))


def grid_code(division: str, kind: str, sequence: int) -> GridCode:
    """Build a grid code for a community or a whole subdistrict; of a district only where it is meant: 12 digits."""
    parsed = parse_division(division)
    is_district = parsed.level is DivisionLevel.DISTRICT
    if (is_district and len(division) != len(str(parsed))) or kind not in GRID_LETTERS:
        raise RuleBroken("codes.grid_malformed", text=division[:40])
    return GridCode(parsed, str(kind), _in_range(sequence, MOST_GRIDS))


def parse_grid_code(text: str) -> GridCode:
    """Read a grid code; spaces and small letters are forgiven."""
    code = "".join(text.split()).upper()
    well_formed = len(code) == 15 and code[12] in _KIND_OF_LETTER and code[13] in _TENS
    if not (well_formed and code[14] in _TENS[:10]):
        raise RuleBroken("codes.grid_malformed", text=text[:40])
    return grid_code(code[:12], _KIND_OF_LETTER[code[12]], _TENS.index(code[13]) * 10 + int(code[14]))


def case_number(district: str, day: date, sequence: int) -> CaseNumber:
    """Build a case number from the 6-digit district, the day of filing and 1 … 99,999."""
    code = _digits(district, 6, "codes.case_number_malformed")
    return CaseNumber(code, day, _in_range(sequence, 99_999))


def parse_case_number(text: str) -> CaseNumber:
    code = _digits(text, 19, "codes.case_number_malformed")
    try:
        day = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        raise RuleBroken("codes.case_number_malformed", text=text[:40]) from None
    return case_number(code[:6], day, int(code[14:]))


def number_cells(centres_xy_m: ArrayLike, band_m: float = BAND_M) -> NDArray[np.int64]:
    """Sequence 1, 2, … of the cells of one community, north to south and in each band west to east.

    Bands are ``band_m`` high and counted from the northernmost centre; centres are (easting, northing) in
    metres, shape (n, 2). The result has the order of the input.

    Raises
    ------
    RuleBroken
        ``codes.too_many_cells`` for more than 999 cells.
    """
    centres = np.asarray(centres_xy_m, dtype=np.float64).reshape(-1, 2)
    if len(centres) > MOST_CELLS:
        raise RuleBroken("codes.too_many_cells", cells=len(centres), most=MOST_CELLS)
    if not len(centres):
        return np.zeros(0, dtype=np.int64)
    band = np.floor((centres[:, 1].max() - centres[:, 1]) / band_m)
    order = np.lexsort((-centres[:, 1], centres[:, 0], band))
    sequence = np.empty(len(centres), dtype=np.int64)
    sequence[order] = np.arange(1, len(centres) + 1)
    return sequence


def _digits(text: str, length: int, refusal: str) -> str:
    code = "".join(text.split())
    if len(code) != length or not (code.isascii() and code.isdigit()):
        raise RuleBroken(refusal, text=text[:40])
    return code


def _in_range(sequence: int, most: int) -> int:
    if not 1 <= sequence <= most:
        raise RuleBroken("codes.sequence_out_of_range", sequence=sequence, most=most)
    return sequence

"""Case numbers and spoken codes."""

import secrets
from datetime import date

from gridward.cases.models import Case, NumberSeries
from gridward.core.codes.numbers import case_number
from gridward.core.codes.spoken import SPACE, spoken_code
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.gpkg.adding import count_up

DRAWS = 20


def next_number(district: District, day: date, count: int = 1) -> str:
    """The next number of the day: 6 (division) + 8 (date) + 5 digits. With ``count`` the first of several."""
    last = count_up(NumberSeries, "last", count, district_id=district.pk, day=day)
    return str(case_number(district.code6, day, last - count + 1))


def free_spoken_code(district_id: int) -> str:
    """A word with four digits that no case of the district uses now."""
    for _ in range(DRAWS):
        code = spoken_code(secrets.randbelow(SPACE))
        if not Case.objects.filter(district_id=district_id, spoken_code=code).exists():
            return code
    raise RuleBroken("case.no_spoken_code_left")

"""Check characters of identity numbers. Refusals never repeat the number: it may be a person's."""

from datetime import date

from gridward.core.errors import RuleBroken

CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
CITIZEN_CHECKS = "10X98765432"


def credit_check_character(first_17: str) -> str:
    """Check character of a unified social credit code (GB 32100): weights 3^i mod 31."""
    total = sum(CREDIT_CHARACTERS.index(char) * pow(3, i, 31) for i, char in enumerate(first_17))
    return CREDIT_CHARACTERS[-total % 31]


def parse_credit_code(text: str) -> str:
    """The 18 characters of a unified social credit code, or ``codes.credit_code_wrong``."""
    code = "".join(text.split()).upper()
    if len(code) != 18 or any(char not in CREDIT_CHARACTERS for char in code):
        raise RuleBroken("codes.credit_code_wrong")
    if credit_check_character(code[:17]) != code[17]:
        raise RuleBroken("codes.credit_code_wrong")
    return code


def citizen_check_character(first_17: str) -> str:
    """Check character of a citizen identity number (GB 11643): sum of weighted digits mod 11."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, CITIZEN_WEIGHTS, strict=True))
    return CITIZEN_CHECKS[total % 11]


def parse_citizen_id(text: str, today: date) -> str:
    """The 18 characters of a citizen identity number, or ``codes.citizen_id_wrong``.

    The birth date must exist and not lie after ``today``. Old division codes stay valid, so the first six
    digits are not compared with any list.
    """
    number = "".join(text.split()).upper()
    body, check = number[:17], number[17:]
    if len(number) != 18 or not (body.isascii() and body.isdigit()) or citizen_check_character(body) != check:
        raise RuleBroken("codes.citizen_id_wrong")
    try:
        born = date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        raise RuleBroken("codes.citizen_id_wrong") from None
    if born > today:
        raise RuleBroken("codes.citizen_id_wrong")
    return number

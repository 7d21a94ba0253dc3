"""Telephone and identity numbers are cut out of a text before it is indexed: they are no words to search by."""

import re

_DAY = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
PRIVATE = re.compile(
    r"(?<![0-9a-z])(?:"
    r"\d{6}[ -]?" + _DAY + r"[ -]?\d{3}[\dx]"  # identity number, GB 11643
    r"|[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"  # its 15 digits before 1999
    r"|(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"  # mobile
    r"|\(?0\d{2,3}\)?[ -]?[2-9]\d{2,3}[ -]?\d{4}"  # fixed line with its area code
    r"|(?!" + _DAY + r")[2-9]\d{2,3}-?\d{4}"  # fixed line of the city; a day is none
    r")(?![0-9a-z])"
)


def scrubbed(text: str) -> str:
    """The text, normalised to small letters and ASCII digits, without phones and identity numbers."""
    return PRIVATE.sub(" ", text)

"""One spelling of a telephone number, so that equal numbers have equal blind indexes."""

import unicodedata

COUNTRY = "86"
MOBILE_DIGITS = 11


def normalise_phone(text: str) -> str:
    """Digits only: full-width forms folded, +86, 0086 and a mobile's bare 86 dropped, spaces and dashes out."""
    folded = unicodedata.normalize("NFKC", text)
    digits = "".join(character for character in folded if character.isascii() and character.isdigit())
    if digits.startswith("00" + COUNTRY):
        return digits[4:]
    is_international = "+" in folded.partition("8")[0] and digits.startswith(COUNTRY)
    is_mobile = len(digits) == 2 + MOBILE_DIGITS and digits.startswith(COUNTRY + "1")
    return digits[2:] if is_international or is_mobile else digits

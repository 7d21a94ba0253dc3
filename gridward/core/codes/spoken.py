"""The spoken query code, like 青竹 4827: easy to say on the phone, to note and to type.

500 words times 10^4 numbers make 5·10^6 codes. That is a look-up aid, not a secret: whoever guesses one
sees only the public progress of a case, and the caller limits the rate of tries. Whoever gives out a code
draws again, with the same rng, when it is taken.

No two words sound alike, not even where zh and z, sh and s, n and l, hu and f, ing and in, or eng and en are
not told apart; none contains a number word or names a place of the district.
"""

import random
import re
import unicodedata
from functools import cache
from importlib import resources

from gridward.core.errors import RuleBroken

NUMBERS_PER_WORD = 10_000
WORD_COUNT = 500
SPACE = WORD_COUNT * NUMBERS_PER_WORD
_CHINESE_DIGITS = str.maketrans("〇零○幺一二两三四五六七八九", "00011223456789")


@cache
def spoken_words() -> tuple[tuple[str, str], ...]:
    """(word, pinyin without tones; v for ü) in the fixed order that codes are counted in."""
    text = resources.files("gridward.core.codes").joinpath("spoken_words.txt").read_text("utf-8")
    return tuple((word, pinyin) for word, pinyin in (line.split() for line in text.splitlines()))


@cache
def _word_numbers() -> dict[str, int]:
    """Every accepted spelling of a word: its characters, and its pinyin with u for ü."""
    spellings: dict[str, int] = {}
    for number, (word, pinyin) in enumerate(spoken_words()):
        spellings[word] = spellings[pinyin.replace("v", "u")] = number
    return spellings


def draw_spoken(rng: random.Random) -> int:
    """A number for ``spoken_code``, every one as likely."""
    return rng.randrange(SPACE)


def spoken_code(number: int) -> str:
    """``青竹 4827`` for a number in 0 … SPACE - 1; stable for ever, so a stored number keeps its words."""
    word, digits = divmod(_checked(number), NUMBERS_PER_WORD)
    return f"{spoken_words()[word][0]} {digits:04d}"


def spoken_reading(number: int) -> str:
    """``qingzhu 4827``: the same code for those who read pinyin."""
    word, digits = divmod(_checked(number), NUMBERS_PER_WORD)
    return f"{spoken_words()[word][1].replace('lv', 'lü')} {digits:04d}"


def parse_spoken(text: str) -> int:
    """Read a code as people write it: 青竹4827, ｑｉｎｇｚｈｕ ４８２７, Qīng zhú 4827, 青竹四八二七.

    Raises
    ------
    RuleBroken
        ``codes.spoken_unreadable`` when it is none.
    """
    plain = _plain(text[:80])
    match = re.fullmatch(r"(?P<word>[^\W\d]+)(?P<digits>[0-9]{4})", plain)
    number = _word_numbers().get(match["word"]) if match else None
    if match is None or number is None:
        raise RuleBroken("codes.spoken_unreadable")
    return number * NUMBERS_PER_WORD + int(match["digits"])


def _plain(text: str) -> str:
    """Full-width forms, tone marks, dots on ü, case, Chinese digits, spaces and punctuation taken away."""
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"[\W_]", "", letters.translate(_CHINESE_DIGITS)).replace("v", "u")


def _checked(number: int) -> int:
    if not 0 <= number < SPACE:
        raise ValueError(f"a spoken code counts from 0 to {SPACE - 1}, not {number}")
    return number

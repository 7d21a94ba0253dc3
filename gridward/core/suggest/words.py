"""What a text is judged by, and how the pieces that spoke for a category are shown as words again."""

from collections.abc import Collection

from gridward.core.search.bigrams import kept_text, tokens_of

MOST_WORDS = 3


def pieces_of(text: str) -> list[str]:
    """Pairs of Chinese characters and Latin words, each once, without phones and identity numbers; a single
    character and a bare number say nothing of a category.
    """
    return [token for token in dict.fromkeys(tokens_of(kept_text([text]))) if len(token) > 1 and not token.isdigit()]


def as_words(text: str, pieces: Collection[str], most: int = MOST_WORDS) -> list[str]:
    """The stretches of a text that some pieces cover, the longest first: 路灯 灯不 不亮 are 路灯不亮."""
    kept = kept_text([text])
    covered = [False] * (len(kept) + 1)
    for piece in pieces:
        at = kept.find(piece)
        while at >= 0:
            covered[at : at + len(piece)] = [True] * len(piece)
            at = kept.find(piece, at + 1)
    return sorted(_stretches(kept, covered), key=len, reverse=True)[:most]


def _stretches(kept: str, covered: list[bool]) -> list[str]:
    found, run = dict[str, None](), ""
    for letter, is_in in zip([*kept, " "], covered, strict=True):
        if is_in and letter != " ":
            run += letter
        elif run:
            found[run], run = None, ""
    return list(found)

"""Looks for planted names and numbers in raw files, in every spelling in which they might have leaked."""

import base64
import urllib.parse
from collections.abc import Iterable, Iterator
from pathlib import Path


def spellings(text: str) -> dict[str, bytes]:
    """How a text may stand in a file: encodings, JSON and URL escapes, Base64 at each of its three offsets."""
    raw = text.encode()
    found = {
        "utf-8": raw, "utf-16-le": text.encode("utf-16-le"), "utf-16-be": text.encode("utf-16-be"),
        "gb18030": text.encode("gb18030"), "hexadecimal": raw.hex().encode(),
        "json": text.encode("unicode_escape"), "url": urllib.parse.quote(text).encode(),
        "reversed": text[::-1].encode(),
    }  # fmt: skip
    for shift in range(3):
        # The first and last characters depend on the neighbours; the middle is always the same.
        middle = base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4]
        if len(middle) >= 8:
            found[f"base64+{shift}"] = middle
    return {name: spelling for name, spelling in found.items() if len(spelling) >= 4}


def files_below(*places: Path) -> Iterator[Path]:
    for place in places:
        yield from (path for path in sorted(place.rglob("*")) if path.is_file()) if place.is_dir() else [place]


def planted_in(texts: Iterable[str], *places: Path) -> list[str]:
    """``file: text as spelling`` for every planted text found in any file of these folders and files."""
    wanted = [(text, name, spelling) for text in texts for name, spelling in spellings(text).items()]
    found = []
    for path in files_below(*places):
        content = path.read_bytes()
        found += [f"{path.name}: {text} as {name}" for text, name, spelling in wanted if spelling in content]
    return found

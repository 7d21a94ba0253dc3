"""A district's own words: a term pack changes about eighty visible words in both languages, over gettext.

``terms/default.toml`` lists the words as the messages use them. A pack names only what it changes:
``[case]`` with ``zh = "事件"`` and ``en = "event"`` turns every message that says 案卷 into one that says 事件.
Longer words go first, so a word inside another one (网格 in 责任网格) is changed only where it stands alone.
"""

import gettext
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import trans_real

from gridward.web.messages import app_folders, po_path, read_catalog

DEFAULT = Path(__file__).parent / "terms" / "default.toml"
Words = Mapping[str, Mapping[str, str]]
Change = Callable[[str], str]
Texts = Callable[[Message], tuple[str, ...]]


def read_words(path: Path) -> Words:
    """Term by key: ``zh``, ``en`` and, where it is not just an s, ``en_many``."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ImproperlyConfigured(f"GRIDWARD_TERMS={str(path)!r} cannot be read: {error}") from error


def read_pack(path: Path) -> Words:
    """A pack whose every key stands in the default list."""
    pack, known = read_words(path), read_words(DEFAULT)
    unknown = sorted(set(pack) - set(known))
    if unknown:
        raise ImproperlyConfigured(f"GRIDWARD_TERMS={str(path)!r} names unknown terms: {', '.join(unknown)}")
    return pack


def chinese_change(pack: Words) -> Change:
    """Every default word is looked for, longest first; those in the pack are replaced."""
    words = {row["zh"]: pack.get(key, row).get("zh", row["zh"]) for key, row in read_words(DEFAULT).items()}
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
    return lambda text: pattern.sub(lambda found: words[found[0]], text)


def english_forms(row: Mapping[str, str]) -> tuple[str, str]:
    return row["en"], row.get("en_many", row["en"] + "s")


def english_change(pack: Words) -> Change:
    """Whole words, one or many, at the start of a sentence or inside it."""
    words: dict[str, str] = {}
    for key, row in read_words(DEFAULT).items():
        new = {**row, **pack.get(key, {})}
        if "en" in pack.get(key, {}) and "en_many" not in pack[key]:
            new.pop("en_many", None)
        words.update(zip(english_forms(row), english_forms(new), strict=True))
    longest_first = sorted(words, key=len, reverse=True)
    any_word = "|".join(re.escape(word) for word in longest_first)
    pattern = re.compile(rf"(?<!%\()(?<!\{{)\b(?:(an?) )?({any_word})\b(?!\)[sd])", re.IGNORECASE)

    def changed(found: re.Match[str]) -> str:
        article, old = found[1], found[2]
        new = words[old.lower()]
        new = new[:1].upper() + new[1:] if old[:1].isupper() else new
        if article is None or new.lower() == old.lower():
            return found[0] if new.lower() == old.lower() else new
        return f"{article[0]}{'n' if new[0].lower() in 'aeiou' else ''} {new}"

    return lambda text: pattern.sub(changed, text)


def as_many(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def changed_messages(
    change: Change, texts: Callable[[Message], tuple[str, ...]]
) -> Iterator[tuple[Message, list[str]]]:
    """Messages whose text is another one after the change."""
    for folder in app_folders():
        path = po_path(folder)
        for message in read_catalog(path) if path.exists() else ():
            before = texts(message) if message.id else ()
            after = [change(text) for text in before]
            if after != list(before) and all(before):
                yield message, after


def overlay(locale: str, change: Change, texts: Texts) -> gettext.GNUTranslations:
    """The changed messages as a catalogue of their own."""
    catalog = Catalog(locale=locale)
    for message, after in changed_messages(change, texts):
        catalog.add(message.id, after[0] if isinstance(message.id, str) else tuple(after), context=message.context)
    file = BytesIO()
    write_mo(file, catalog)
    file.seek(0)
    return gettext.GNUTranslations(file)


def apply_pack(path: Path) -> None:
    """Lay a pack over the loaded catalogues of both languages."""
    pack = read_pack(path)
    chinese = overlay("zh_Hans", chinese_change(pack), lambda message: as_many(message.string))
    english = overlay("en", english_change(pack), lambda message: as_many(message.id))
    trans_real.translation("zh-hans").merge(chinese)
    trans_real.translation("en").merge(english)

"""The words of both languages: ``python -m gridward.web.messages extract|compile|check [APP …]``.

Message ids are English and stand in the source. Each app keeps its Chinese in
``locale/zh_Hans/LC_MESSAGES/django.po``; Babel reads and compiles it, no gettext programs are needed.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = "zh_Hans"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)[^}]*\}")
Found = tuple[str | tuple[str, str], str | None]


def app_folders(names: Sequence[str] = ()) -> list[Path]:
    """Folders that keep a catalogue: the apps, or those that are named."""
    folders = sorted(path.parent for path in PACKAGE.glob("*/apps.py"))
    return [folder for folder in folders if not names or folder.name in names]


def po_path(folder: Path) -> Path:
    return folder / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def sources(folder: Path) -> Iterator[Path]:
    """Python and templates of an app; the project's own words belong to the shell."""
    roots = [folder, folder.parent / "project"] if folder.name == "web" else [folder]
    for root in roots:
        yield from sorted(path for path in root.rglob("*.py") if "migrations" not in path.parts)
        yield from sorted(path for path in root.rglob("templates/**/*") if path.suffix in (".html", ".txt"))


def as_python(path: Path) -> bytes:
    """A file as text that Python's tokenizer reads: templates with all but their messages blanked out."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return text.encode()
    calls = templatize(text, origin=str(path))
    return "\n".join(line.strip() for line in calls.splitlines()).encode()


def found_in(path: Path) -> Iterator[Found]:
    """Messages of one file: id (a pair when there is a plural) and context."""
    for _line, message, _comments, context in extract("python", BytesIO(as_python(path)), keywords=KEYWORDS):
        yield (message if isinstance(message, str) else tuple(message[:2])), context  # type: ignore[misc]


def collected(folder: Path) -> Catalog:
    """All messages of an app with the files they stand in."""
    catalog = Catalog(locale=LOCALE, project="gridward", fuzzy=False)
    for path in sources(folder):
        for message, context in found_in(path):
            if message:
                place = path.relative_to(folder.parent).as_posix()
                catalog.add(message, locations=[(place, None)], context=context)  # type: ignore[list-item]
    return catalog


def read_catalog(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def merged(folder: Path) -> Catalog:
    """What the source says now, with the translations there are; what left the source is dropped."""
    fresh, path = collected(folder), po_path(folder)
    known = read_catalog(path) if path.exists() else Catalog(locale=LOCALE)
    for message in fresh:
        old = known.get(message.id, message.context) if message.id else None  # type: ignore[arg-type]
        if old is not None:
            message.string, message.flags = old.string, old.flags | message.flags
            message.user_comments = old.user_comments
    return fresh


def extract_all(folders: Sequence[Path]) -> int:
    """Bring every catalogue up to date; say how many words wait for Chinese."""
    for folder in folders:
        catalog = merged(folder)
        if not len(catalog):
            continue
        path = po_path(folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=110, sort_output=True, omit_header=True)
        header = f'msgid ""\nmsgstr ""\n"Language: {LOCALE}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        plural = '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        path.write_text(header + plural + path.read_text("utf-8"), "utf-8")
        waiting = sum(1 for message in catalog if message.id and not translated(message))
        say(f"{folder.name}: {len(catalog)} messages, {waiting} without Chinese")
    return 0


def translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return bool(strings) and all(strings)


def compile_all(folders: Sequence[Path]) -> int:
    """Write the .mo files beside the .po files (they are not committed)."""
    for folder in folders:
        path = po_path(folder)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, read_catalog(path))
    return 0


def placeholders(text: str) -> list[str]:
    return sorted({"".join(match) for match in PLACEHOLDER.findall(text)})


def wrong_with(message: Message) -> str:
    """What is wrong with one translation, or nothing."""
    if message.fuzzy:
        return "is marked fuzzy"
    if not translated(message):
        return "has no Chinese"
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if any(placeholders(string) != placeholders(ids[-1]) for string in strings):
        return "has other placeholders in Chinese"
    return ""


def complaints(folder: Path) -> Iterator[str]:
    """Everything that keeps an app from being complete in both languages."""
    for message in merged(folder):
        problem = wrong_with(message) if message.id else ""
        if problem:
            name = message.id if isinstance(message.id, str) else message.id[0]
            yield f"{folder.name}: {name!r} {problem}"


def spoken_twice(folders: Sequence[Path]) -> Iterator[str]:
    """Messages with different Chinese in two apps: Django knows only one of them, whichever app comes first."""
    said: dict[tuple[str, str], dict[str, str]] = {}
    for folder in folders:
        for message in merged(folder):
            if message.id and translated(message):
                first = [text if isinstance(text, str) else text[0] for text in (message.id, message.string)]
                said.setdefault((first[0], str(message.context or "")), {})[first[1]] = folder.name
    for (text, _context), words in said.items():
        if len(words) > 1:
            yield f"{text!r} is {' and '.join(f'{word!r} in {app}' for word, app in words.items())}"


def check_all(folders: Sequence[Path]) -> int:
    found = [line for folder in folders for line in complaints(folder)] + list(spoken_twice(folders))
    for line in found:
        say(line)
    return 1 if found else 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


COMMANDS = {"extract": extract_all, "compile": compile_all, "check": check_all}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        say("usage: python -m gridward.web.messages extract|compile|check [APP ...]")
        return 2
    if not settings.configured:
        settings.configure()  # templatize asks for nothing but the presence of settings
    return COMMANDS[arguments[0]](app_folders(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

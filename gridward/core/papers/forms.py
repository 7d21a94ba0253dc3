"""The forms as frozen values, read once from ``forms.toml``."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from gridward.core.papers.words import placeholders
from gridward.core.workflow.roles import Role

LANGUAGES = ("zh", "en")


class BadFormsError(ValueError):
    """The file of forms contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class PaperField:
    """What may stand on a form: its code, its label in both languages, the lines that paper leaves for it."""

    code: str
    zh: str
    en: str
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign on: what stands before it, and whose name and day are printed there."""

    zh: str
    en: str
    moves: frozenset[str] = frozenset()
    is_asker: bool = False
    is_decider: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """Paragraphs with placeholders, and the same in plain words."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    plain_zh: tuple[str, ...] = ()
    plain_en: tuple[str, ...] = ()

    def paragraphs(self, language: str, *, plain: bool) -> tuple[str, ...]:
        chosen: tuple[str, ...] = getattr(self, f"plain_{language}" if plain else language)
        return chosen

    @property
    def everything(self) -> tuple[str, ...]:
        return (*self.zh, *self.en, *self.plain_zh, *self.plain_en)


@dataclass(frozen=True, slots=True)
class Form:
    """One form: which step of a case it belongs to, who may print it, what it says and who signs."""

    code: str
    zh: str
    en: str
    roles: frozenset[Role]
    after: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    stages: frozenset[int] = frozenset()
    states: frozenset[str] = frozenset()
    each: bool = False
    for_reporter: bool = False
    names_reporter: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    letter: Letter = field(default_factory=Letter)
    signs: tuple[Signature, ...] = ()

    @property
    def is_letter(self) -> bool:
        return not self.rows

    @property
    def fields(self) -> tuple[str, ...]:
        """The codes that its table or its paragraphs name, in order, each once."""
        found = [code for row in self.rows for code in row]
        found += [name for text in self.letter.everything for name in placeholders(text)]
        return tuple(dict.fromkeys(found))

    def fits(self, state: str, stage: int) -> bool:
        """Whether a case that stands here may still be given this form."""
        return (not self.states or state in self.states) and (not self.stages or stage in self.stages)


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms and all fields, in the order of the file."""

    fields: Mapping[str, PaperField]
    forms: Mapping[str, Form]


@cache
def load() -> Forms:
    """The packaged forms."""
    return parse(resources.files("gridward.core.papers").joinpath("forms.toml").read_text("utf-8"))


def parse(text: str) -> Forms:
    """Forms from TOML text.

    Raises
    ------
    BadFormsError
        With the first contradiction: an unknown role, group or field, a label given twice.
    """
    try:
        raw = tomllib.loads(text)
        fields = {code: PaperField(code, **row) for code, row in raw["fields"].items()}
        forms = {code: _form(code, row, raw.get("groups", {})) for code, row in raw["forms"].items()}
    except (KeyError, TypeError, ValueError) as error:
        raise BadFormsError(f"unreadable: {type(error).__name__}: {error}") from error
    _check(fields, forms)
    return Forms(MappingProxyType(fields), MappingProxyType(forms))


def _roles(names: Iterable[str], groups: Mapping[str, list[str]]) -> frozenset[Role]:
    lists = (groups[name[1:]] if name.startswith("@") else [name] for name in names)
    return frozenset(Role(code) for one in lists for code in one)


def _signature(row: Mapping[str, Any]) -> Signature:
    return Signature(**{**row, "moves": frozenset(row.get("moves", ()))})


def _form(code: str, row: Mapping[str, Any], groups: Mapping[str, list[str]]) -> Form:
    sets: dict[str, Any] = {name: frozenset(row.get(name, ())) for name in ("after", "asks", "stages", "states")}
    letter = Letter(**{name: tuple(texts) for name, texts in row.get("letter", {}).items()})
    plain: dict[str, Any] = {
        name: row[name] for name in ("zh", "en", "each", "for_reporter", "names_reporter") if name in row
    }
    return Form(
        code=code, roles=_roles(row["roles"], groups), rows=tuple(tuple(one) for one in row.get("rows", ())),
        letter=letter, signs=tuple(_signature(one) for one in row.get("signs", ())), **sets, **plain,
    )  # fmt: skip


def _check(fields: Mapping[str, PaperField], forms: Mapping[str, Form]) -> None:
    for language in LANGUAGES:
        labels = [getattr(one, language) for one in fields.values()]
        twice = {label for label in labels if labels.count(label) > 1}
        if twice:
            raise BadFormsError(f"two fields are called {sorted(twice)}")
    for form in forms.values():
        unknown = [code for code in form.fields if code not in fields]
        if unknown:
            raise BadFormsError(f"{form.code} names fields that there are not: {unknown}")
        if not (form.after or form.asks) or not (form.rows or form.letter.zh):
            raise BadFormsError(f"{form.code} belongs to no step, or says nothing")

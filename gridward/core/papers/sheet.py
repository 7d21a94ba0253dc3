"""One sheet as it is printed: the form with everything filled in, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridward.core.papers.forms import Form, PaperField, Signature, load
from gridward.core.papers.words import filled, is_left_out


@dataclass(frozen=True, slots=True)
class Cell:
    """A label with its value; ``lines`` is the height that paper leaves, ``is_wide`` a row of its own."""

    label: str
    value: str
    lines: int
    is_wide: bool


@dataclass(frozen=True, slots=True)
class SignLine:
    """A line to sign on: who is to sign, who acted (empty = an empty line), and on which day."""

    label: str
    who: str
    on: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form with its values by field code; ``mark`` is printed on papers of an example district."""

    form: Form
    language: str
    office: str
    number: str
    values: Mapping[str, str]
    signed: tuple[SignLine, ...]
    mark: str = ""
    is_plain: bool = False

    @property
    def title(self) -> str:
        return in_language(self.form, self.language)

    @property
    def title_of_file(self) -> str:
        return file_title(self.form, self.language)

    @property
    def file_name(self) -> str:
        """How a downloaded paper is called, without its ending."""
        return f"{self.title_of_file}-{self.number}"

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        return tuple(tuple(self._cell(code, len(row) == 1) for code in row) for row in self.form.rows)

    def _cell(self, code: str, is_wide: bool) -> Cell:
        field = load().fields[code]
        return Cell(in_language(field, self.language), self.values.get(code, ""), field.lines, is_wide)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs of a letter, filled; those that say nothing are left out."""
        texts = self.form.letter.paragraphs(self.language, plain=self.is_plain)
        return tuple(filled(text, self.values) for text in texts if not is_left_out(text, self.values))


def in_language(named: Form | PaperField | Signature, language: str) -> str:
    """The name in one of the two languages."""
    return named.zh if language == "zh" else named.en


def file_title(form: Form, language: str) -> str:
    """The title of a form as every disk takes it."""
    return in_language(form, language).replace("/", "、" if language == "zh" else "-")


def names_of(form: Form) -> dict[str, str]:
    """Every placeholder that a template of this form may use → the code of its value.

    Fields by code and by their label in both languages; ``sign_1``, ``sign_1_on`` (签字1, 签字日期1) for the lines
    to sign on; ``title``, ``office`` and ``mark``.
    """
    names = {name: code for code, field in load().fields.items() for name in (code, field.zh, field.en)}
    if not form.names_reporter:
        names = {name: code for name, code in names.items() if code not in ("reporter", "phone")}
    for n in range(1, len(form.signs) + 1):
        names |= {f"sign_{n}": f"sign_{n}", f"签字{n}": f"sign_{n}"}
        names |= {f"sign_{n}_on": f"sign_{n}_on", f"签字日期{n}": f"sign_{n}_on"}
    return names | {"title": "title", "标题": "title", "office": "office", "单位名称": "office"}


def values_of(sheet: Sheet) -> dict[str, str]:
    """The values of a sheet by every name that ``names_of`` allows."""
    values = {**sheet.values, "title": sheet.title, "office": sheet.office}
    for n, line in enumerate(sheet.signed, 1):
        values |= {f"sign_{n}": line.who, f"sign_{n}_on": line.on}
    return {name: values.get(code, "") for name, code in names_of(sheet.form).items()}

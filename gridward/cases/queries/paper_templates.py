"""Which template a form is made from, its versions, and how one looks when it is filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404

from gridward.cases.models import PaperTemplate
from gridward.core.lazy import LazyModule
from gridward.core.papers.forms import Form, load
from gridward.core.papers.sheet import file_title, in_language, names_of
from gridward.districts.models import District
from gridward.files.storing import path_of

engine: Any = LazyModule("gridward.core.papers.engine")
Variant = PaperTemplate.Variant


@dataclass(frozen=True, slots=True)
class Layout:
    """A form in one of its variants, with the version of one's own that is in use."""

    form: Form
    variant: str
    in_use: PaperTemplate | None

    @property
    def label(self) -> str:
        return str(Variant(self.variant).label)

    @property
    def language(self) -> str:
        return self.variant.removeprefix("plain_")

    @property
    def file_name(self) -> str:
        """How its template is called as a file, without ending."""
        return file_title(self.form, self.language)


def variants_of(form: Form) -> list[str]:
    """Letters exist in plain words as well."""
    return [one.value for one in Variant if form.is_letter or not one.value.startswith("plain")]


def layouts(district_id: int) -> list[Layout]:
    """Every form in every variant."""
    rows = PaperTemplate.objects.filter(district_id=district_id, adopted_at__isnull=False, retired_at__isnull=True)
    newest = {(row.form, row.variant): row for row in rows.order_by("n")}
    forms = load().forms.values()
    return [Layout(form, one, newest.get((form.code, one))) for form in forms for one in variants_of(form)]


def get_layout(district_id: int, code: str, variant: str) -> Layout:
    """One of them; 404 for a form or variant that there is not."""
    form = load().forms.get(code)
    if form is None or variant not in variants_of(form):
        raise Http404
    return Layout(form, variant, template_in_use(district_id, code, variant))


def template_in_use(district_id: int, code: str, variant: str) -> PaperTemplate | None:
    """The newest version that was taken into use and not taken back."""
    rows = PaperTemplate.objects.filter(
        district_id=district_id, form=code, variant=variant, adopted_at__isnull=False, retired_at__isnull=True
    )  # fmt: skip
    return rows.select_related("file").order_by("-n").first()


def versions(district_id: int, layout: Layout) -> list[PaperTemplate]:
    """All versions, the newest first."""
    rows = PaperTemplate.objects.filter(district_id=district_id, form=layout.form.code, variant=layout.variant)
    return list(rows.select_related("file", "by").order_by("-n"))


def get_version(district_id: int, layout: Layout, n: int) -> PaperTemplate:
    row = next((one for one in versions(district_id, layout) if one.n == n), None)
    if row is None:
        raise Http404
    return row


def content_of(layout: Layout, version: PaperTemplate | None = None) -> bytes:
    """The file of a version, of the one in use, or the layout made by code.

    Raises FileNotFoundError when the content is gone from the disk.
    """
    row = version or layout.in_use
    if row is not None:
        return path_of(row.file.sha256).read_bytes()
    is_plain = layout.variant != layout.language
    return bytes(engine.default_template(layout.form, layout.language, plain=is_plain))


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name to write between double braces, and what stands there then."""

    code: str
    label: str


def placeholders_of(layout: Layout) -> dict[str, list[Placeholder]]:
    """``shown``: what the form itself says and who signs; ``others``: what its template may say besides."""
    form, fields, allowed = layout.form, load().fields, names_of(layout.form)
    named = {code: Placeholder(code, in_language(field, layout.language)) for code, field in fields.items()}
    signs = [pair for n in range(1, len(form.signs) + 1) for pair in ((f"sign_{n}", f"签字{n}"),
             (f"sign_{n}_on", f"签字日期{n}"))]  # fmt: skip
    rest = [("title", "标题"), ("office", "单位名称"), *signs]
    chinese = layout.language == "zh"
    shown = [named[code] for code in form.fields] + [Placeholder(c, zh if chinese else "") for c, zh in rest]
    others = [one for code, one in named.items() if code in allowed and code not in form.fields]
    return {"shown": shown, "others": others}


def specimen(district: District, layout: Layout, content: bytes, at: datetime) -> bytes:
    """A template filled with the names of its fields, so that one sees what goes where."""
    fields, names = load().fields, names_of(layout.form)
    office = district.name_zh if layout.language == "zh" else district.name_en
    shown = {code: f"〔{in_language(field, layout.language)}〕" for code, field in fields.items()}
    shown |= {"title": in_language(layout.form, layout.language), "office": office}
    values = {name: shown.get(code, f"〔{name}〕") for name, code in names.items()}
    return bytes(engine.fill(content, [values], engine.Imprint(shown["title"], office, at)))


def blocks_of(content: bytes) -> Sequence[Any]:
    """What a document says, for a page."""
    found: Sequence[Any] = engine.outline(content)
    return found

"""The district's own templates of its forms: every form and variant, versions, preview, taking into use and back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import signed_in_view
from gridward.cases.actions.papers import adopt_template, prepare_template, put_template, take_back_template
from gridward.cases.forms.papers import TemplateForm
from gridward.cases.models import PaperTemplate
from gridward.cases.queries.paper_templates import (
    Layout,
    blocks_of,
    content_of,
    get_layout,
    get_version,
    layouts,
    placeholders_of,
    specimen,
    versions,
)
from gridward.cases.views.papers import handed_over
from gridward.cases.views.standards import require_administrator
from gridward.core.errors import RuleBroken
from gridward.files.queries import DOCX
from gridward.web.moments import is_chinese
from gridward.work import clock


def _layout(request: HttpRequest, form: str, variant: str) -> Layout:
    require_administrator(request)
    return get_layout(request.district.pk, form, variant)


def _given(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": clock.now()}


@require_GET
@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """All forms, and which of them are made from a template of one's own."""
    require_administrator(request)
    return render(request, "cases/paper_templates.html", {"layouts": layouts(request.district.pk)})


@signed_in_view
def template(request: HttpRequest, form: str, variant: str) -> HttpResponse:
    """One form in one variant: its versions, its placeholders, and the door for a new one."""
    layout = _layout(request, form, variant)
    upload = TemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and upload.is_valid():
        try:
            row = _put(request, layout, upload.cleaned_data["file"])
        except RuleBroken as refused:
            upload.add_error("file", refused.sentence("zh" if is_chinese() else "en"))
        else:
            return redirect("cases:paper_template_version", form=form, variant=variant, n=row.n)
    page = {"layout": layout, "form": upload, "versions": versions(request.district.pk, layout)}
    told = page | {"placeholders": placeholders_of(layout)}
    return render(request, "cases/paper_template.html", told, status=422 if upload.errors else 200)


def _put(request: HttpRequest, layout: Layout, file: Any) -> PaperTemplate:
    prepared = prepare_template(file, layout.form)
    given = {"district_id": request.district.pk, "form": layout.form, "variant": layout.variant}
    return put_template(**given, prepared=prepared, **_given(request))


@require_GET
@signed_in_view
def current(request: HttpRequest, form: str, variant: str) -> HttpResponse:
    """The template in use, to change it in an office."""
    layout = _layout(request, form, variant)
    return handed_over(content_of(layout), DOCX, f"{layout.file_name}.docx")


@require_GET
@signed_in_view
def version(request: HttpRequest, form: str, variant: str, n: int) -> HttpResponse:
    """One version, filled with the names of its fields; as a document where asked for, or the file itself."""
    layout = _layout(request, form, variant)
    row = get_version(request.district.pk, layout, n)
    content = content_of(layout, row)
    if request.GET.get("as") == "file":
        return handed_over(content, DOCX, f"{layout.file_name}-{row.n}.docx")
    filled = specimen(request.district, layout, content, clock.now())
    if request.GET.get("as") == "docx":
        return handed_over(filled, DOCX, f"{layout.file_name}-{row.n}-{_('filled')}.docx")
    told = {"layout": layout, "version": row, "blocks": blocks_of(filled)}
    return render(request, "cases/paper_template_version.html", told)


@require_POST
@signed_in_view
def adopt(request: HttpRequest, form: str, variant: str, n: int) -> HttpResponse:
    """Take a version into use."""
    layout = _layout(request, form, variant)
    adopt_template(template=get_version(request.district.pk, layout, n), **_given(request))
    messages.success(request, _("From now on this form is made from version %(n)s.") % {"n": n})
    return redirect("cases:paper_template", form=form, variant=variant)


@require_POST
@signed_in_view
def take_back(request: HttpRequest, form: str, variant: str, n: int) -> HttpResponse:
    """Take a version back."""
    layout = _layout(request, form, variant)
    take_back_template(template=get_version(request.district.pk, layout, n), **_given(request))
    messages.success(request, _("Version %(n)s is taken back.") % {"n": n})
    return redirect("cases:paper_template", form=form, variant=variant)

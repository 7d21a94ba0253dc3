"""Administration of categories and their standards."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import signed_in_view
from gridward.accounts.queries.administration import administered
from gridward.cases.actions.standards import change_category, close_standard, put_standard
from gridward.cases.forms.filters import family_name
from gridward.cases.forms.standards import CategoryForm, StandardForm
from gridward.cases.models import Category
from gridward.cases.models.category import Family
from gridward.cases.queries.lists import (
    MajorClass,
    StandardRow,
    categories_of,
    chosen_major,
    found_categories,
    get_category,
    major_classes,
    standard_rows,
)
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.web.moments import is_chinese
from gridward.work import clock

MOST = 100


def require_administrator(request: HttpRequest) -> None:
    """Only for who administers the whole district; for others there is no such page."""
    if request.grant is None or not administered(request.actor, request.district.pk, clock.now()).whole_district:
        raise Http404


@require_GET
@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """The categories of one major class, or those that words find."""
    require_administrator(request)
    words, majors = request.GET.get("q", "")[:40].strip(), major_classes(request.district.pk)
    page: dict[str, Any] = {"words": words, "most": MOST, "rows": []}
    if words:
        page["rows"] = found_categories(request.district.pk, words)[:MOST]
    elif majors:
        here = chosen_major(majors, request.GET.get("group", ""), request.GET.get("major", ""))
        page |= {"here": here, "rows": categories_of(request.district.pk, here), "groups": groups_of(majors, here),
                 "majors": [one for one in majors if one.group == here.group]}  # fmt: skip
    return render(request, "cases/categories.html", page)


def groups_of(majors: list[MajorClass], here: MajorClass) -> list[dict[str, Any]]:
    """The tabs: the families, city management in its two kinds, with their numbers of categories."""
    names = {"component": _("Components"), "event": _("Events"), **{f.value: family_name(f) for f in Family}}
    codes = dict.fromkeys(one.group for one in majors)
    counts = {code: sum(one.count for one in majors if one.group == code) for code in codes}
    return [{"code": c, "name": names[c], "count": counts[c], "is_here": c == here.group} for c in codes]


def _address(category: Category) -> str:
    return reverse("cases:category", args=[category.scheme, category.kind, category.code])


def _category(request: HttpRequest, scheme: str, kind: str, code: str) -> Category:
    require_administrator(request)
    return get_category(request.district.pk, scheme, kind, code)


def _rows(request: HttpRequest, category: Category) -> list[StandardRow]:
    return standard_rows(category, local_day(request.district, clock.now()))


def _standard_form(request: HttpRequest, category: Category, data: object = None) -> StandardForm:
    """Filled with the standard of ``?n=``, else empty with the next number."""
    rows = [row.standard for row in _rows(request, category)]
    chosen = next((row for row in reversed(rows) if str(row.n) == request.GET.get("n")), None)
    following = max((row.n for row in rows), default=0) + 1
    today = local_day(request.district, clock.now())
    return StandardForm(data, standard=chosen, n=following, today=today)


@signed_in_view
def category(request: HttpRequest, scheme: str, kind: str, code: str) -> HttpResponse:
    """One category: how it is offered, and its standards with their history."""
    row = _category(request, scheme, kind, code)
    form = CategoryForm(request.POST or None, category=row)
    if request.method == "POST" and form.is_valid():
        change_category(category=row, changes=form.cleaned_data, by=request.actor, at=clock.now())
        messages.success(request, _("Saved."))
        return redirect(_address(row))
    page = {"category": row, "form": form, "rows": _rows(request, row), "standard_form": _standard_form(request, row)}
    return render(request, "cases/category.html", page, status=422 if request.method == "POST" else 200)


@require_POST
@signed_in_view
def put(request: HttpRequest, scheme: str, kind: str, code: str) -> HttpResponse:
    """A standard from a day on."""
    row = _category(request, scheme, kind, code)
    form = _standard_form(request, row, request.POST)
    if form.is_valid():
        given = {"n": form.cleaned_data["n"], "valid_from": form.cleaned_data["valid_from"], "text": form.text()}
        try:
            put_standard(category=row, **given, by=request.actor, at=clock.now())
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        else:
            messages.success(request, _("Saved."))
            return redirect(_address(row))
    page = {"category": row, "form": CategoryForm(category=row), "rows": _rows(request, row), "standard_form": form}
    return render(request, "cases/category.html", page, status=422)


@require_POST
@signed_in_view
def close(request: HttpRequest, scheme: str, kind: str, code: str) -> HttpResponse:
    """A standard ends today."""
    row = _category(request, scheme, kind, code)
    wanted = request.POST.get("n")
    standard = next((r.standard for r in _rows(request, row) if str(r.standard.n) == wanted and r.when == "now"), None)
    if standard is None:
        raise Http404
    try:
        close_standard(standard=standard, on=local_day(request.district, clock.now()), by=request.actor, at=clock.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence("zh" if is_chinese() else "en"))
    return redirect(_address(row))

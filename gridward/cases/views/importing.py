"""A list of categories and standards on a page: tried, shown row by row, then done with the same rows."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.accounts.access import signed_in_view
from gridward.cases.actions.importing import MOST_BYTES, import_lists, read_lists, try_lists, undo_lists
from gridward.cases.forms.standards import ListForm
from gridward.cases.queries.lists import list_batches
from gridward.cases.views.standards import require_administrator
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.web.moments import is_chinese
from gridward.work import clock

SALT, HOLDS_S = "gridward.cases.importing", 3600


@signed_in_view
def read(request: HttpRequest) -> HttpResponse:
    """Choose a list; see what each row would do."""
    require_administrator(request)
    form = ListForm(request.POST or None, request.FILES or None)
    told: dict[str, Any] = {"form": form, "batches": list_batches(request.district.pk)}
    if request.method == "POST" and form.is_valid():
        try:
            told |= _tried(request, form.cleaned_data["file"])
        except RuleBroken as refused:
            form.add_error("file", refused.sentence("zh" if is_chinese() else "en"))
    return render(request, "cases/import_lists.html", told, status=422 if form.errors else 200)


def _given(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    day = local_day(request.district, now)
    return {"district": request.district, "valid_from": day, "by": request.actor, "at": now}


def _tried(request: HttpRequest, file: Any) -> dict[str, Any]:
    content = file.read(MOST_BYTES + 1)
    rows = read_lists(content)
    tried = try_lists(rows=rows, **_given(request))
    said = {"rows": rows, "name": file.name[:200], "sha256": hashlib.sha256(content).hexdigest()}
    token = signing.dumps(said, salt=SALT, compress=True) if tried.is_clean else ""
    return {"tried": tried, "token": token, "wrong": tried.wrong}


@require_POST
@signed_in_view
def apply(request: HttpRequest) -> HttpResponse:
    """Import the rows that were shown."""
    require_administrator(request)
    try:
        said = signing.loads(request.POST.get("sheet", ""), salt=SALT, max_age=HOLDS_S)
    except signing.BadSignature:
        messages.error(request, _("Choose the list again."))
        return redirect("cases:import_lists")
    import_lists(rows=said["rows"], file_name=said["name"], sha256=said["sha256"], **_given(request))
    messages.success(request, _("The list is imported."))
    return redirect("cases:import_lists")


@require_POST
@signed_in_view
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    require_administrator(request)
    batch = next((one for one in list_batches(request.district.pk) if one.pk == pk), None)
    if batch is None:
        raise Http404
    left = undo_lists(batch=batch, by=request.actor, at=clock.now())
    messages.success(request, _("The import is undone."))
    if left:
        codes = ", ".join(category.code for category in left)
        messages.warning(request, _("Changed since, so that it stays: %(codes)s") % {"codes": codes})
    return redirect("cases:import_lists")

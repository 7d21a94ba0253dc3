"""A sheet of people on a page: tried, shown line by line, then done with the same lines."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gridward.accounts import actions, queries
from gridward.accounts.access import administrator_view
from gridward.accounts.forms import SheetForm
from gridward.accounts.importing import SheetUnreadable, read_rows, read_sheet
from gridward.accounts.importing.sheets import MOST_BYTES
from gridward.work import clock

SALT = "gridward.accounts.importing"
HOLDS_S = 3600


@never_cache
@administrator_view
def read(request: HttpRequest) -> HttpResponse:
    """Choose a sheet; see what each line would do."""
    form = SheetForm(request.POST or None, request.FILES or None)
    told: dict[str, Any] = {"form": form, "batches": queries.people_batches(request.administered)}
    if request.method == "POST" and form.is_valid():
        try:
            told |= _tried(request, form.cleaned_data["file"])
        except SheetUnreadable as error:
            form.add_error("file", _(str(error)))
    return render(request, "accounts/import_people.html", told, status=422 if form.errors else 200)


def _tried(request: HttpRequest, file: Any) -> dict[str, Any]:
    content = file.read(MOST_BYTES + 1)
    table = read_sheet(content)
    rows = read_rows(request.administered.district_id, table)
    tried = actions.try_import(district=request.district, rows=rows, by=request.actor, at=clock.now())
    said = {"table": table, "name": file.name[:200], "sha256": hashlib.sha256(content).hexdigest()}
    token = signing.dumps(said, salt=SALT, compress=True) if tried.is_clean else ""
    return {"tried": tried, "token": token, "wrong": tried.wrong}


@never_cache
@require_POST
@administrator_view
def apply(request: HttpRequest) -> HttpResponse:
    """Import the lines that were shown; the slips are in the answer and nowhere else."""
    try:
        said = signing.loads(request.POST.get("sheet", ""), salt=SALT, max_age=HOLDS_S)
    except signing.BadSignature:
        messages.error(request, _("Choose the sheet again."))
        return redirect("accounts:import_people")
    rows = read_rows(request.administered.district_id, said["table"])
    done = actions.import_people(
        district=request.district, rows=rows, file_name=said["name"], sha256=said["sha256"],
        by=request.actor, at=clock.now(),
    )  # fmt: skip
    return render(request, "accounts/slips.html", {"done": done})


@require_POST
@administrator_view
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    batch = next((one for one in queries.people_batches(request.administered) if one.pk == pk), None)
    if batch is None:
        raise Http404
    left = actions.undo_import(batch=batch, by=request.actor, at=clock.now())
    messages.success(request, _("The import is undone."))
    if left:
        names = ", ".join(user.username for user in left)
        messages.warning(
            request, _("These stay, because they signed in or got another role: %(names)s") % {"names": names}
        )
    return redirect("accounts:import_people")

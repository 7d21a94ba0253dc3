"""权责清单: its table with history, one line more, a sheet of lines, and the routing rules that follow."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import signed_in_view
from gridward.accounts.importing.sheets import MOST_BYTES, SheetUnreadable, read_sheet
from gridward.accounts.queries import reach
from gridward.cases.actions import routing as rules
from gridward.cases.actions.responsibilities import end_responsibility, propose_rules, put_responsibility
from gridward.cases.actions.responsibility_sheets import COLUMNS, import_sheet, try_sheet, understood, undo_sheet
from gridward.cases.forms.responsibilities import LineForm
from gridward.cases.forms.standards import ListForm
from gridward.cases.queries.responsibilities import KEEPERS, MOST_SHOWN, get_responsibility, list_imports, listed
from gridward.cases.words import bodies_of_place, place_kinds
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.web.moments import is_chinese
from gridward.work import clock

SALT, HOLDS_S = "gridward.cases.responsibilities", 3600


def _said(refused: RuleBroken) -> str:
    return refused.sentence("zh" if is_chinese() else "en")


def _whole_district(request: HttpRequest) -> bool:
    return request.grant is not None and reach(request.grant).whole_district


def may_keep(request: HttpRequest) -> bool:
    """The system administrator and the duty chief of the whole district."""
    return _whole_district(request) and request.grant.role in KEEPERS


def _require_keeper(request: HttpRequest) -> None:
    if not may_keep(request):
        raise Http404


@require_GET
@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """The list as it holds today, or with all that ended; for everybody of the staff."""
    if request.grant is None:
        raise Http404
    words, history = request.GET.get("q", "")[:60].replace("\0", ""), request.GET.get("history") == "1"
    today = local_day(request.district, clock.now())
    rows = listed(request.district.pk, today, words=words, history=history)
    told = {
        "rows": rows[:MOST_SHOWN], "is_cut": len(rows) > MOST_SHOWN, "most": MOST_SHOWN, "q": words, "today": today,
        "history": history, "may_keep": may_keep(request), "places": place_kinds(), "own": bodies_of_place(),
        "may_propose": _whole_district(request) and request.grant.role in rules.EDITORS,
    }  # fmt: skip
    return render(request, "cases/responsibilities.html", told)


@signed_in_view
def new(request: HttpRequest) -> HttpResponse:
    """One line; what said so before ends."""
    _require_keeper(request)
    now = clock.now()
    form = LineForm(request.POST or None, district=request.district,
                    initial={"valid_from": local_day(request.district, now)})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("matter", "subdistrict", "place", "valid_from", "valid_to")}
        try:
            put_responsibility(district=request.district, answer=form.answer(), by=request.actor, at=now, **given)
        except RuleBroken as refused:
            form.add_error(None, _said(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("cases:responsibilities")
    status = 422 if request.method == "POST" and not form.is_being_looked_at else 200
    return render(request, "cases/responsibility.html", {"form": form}, status=status)


@require_POST
@signed_in_view
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """A line off the list from today on."""
    _require_keeper(request)
    row = get_responsibility(request.district.pk, pk)
    if row is None:
        raise Http404
    try:
        end_responsibility(row=row, by=request.actor, at=clock.now())
    except RuleBroken as refused:
        messages.error(request, _said(refused))
    else:
        messages.success(request, _("Ended; the line stays in the history."))
    return redirect("cases:responsibilities")


@require_POST
@signed_in_view
def propose(request: HttpRequest) -> HttpResponse:
    """What the list says, written into the draft of the routing rules."""
    if not (_whole_district(request) and request.grant.role in rules.EDITORS):
        raise Http404
    try:
        done = propose_rules(district=request.district, by=request.actor, at=clock.now())
    except RuleBroken as refused:
        messages.error(request, _said(refused))
        return redirect("cases:responsibilities")
    told = _("Rules written into the draft: %(added)s; there already: %(there)s. Now try them on past cases.")
    messages.success(request, told % {"added": done.added, "there": done.there})
    return redirect("cases:routing")


@signed_in_view
def read(request: HttpRequest) -> HttpResponse:
    """Choose a sheet; see what each line would do."""
    _require_keeper(request)
    form = ListForm(request.POST or None, request.FILES or None)
    form.fields["file"].label = _("CSV or XLSX")
    form.fields["file"].widget.attrs["accept"] = ".csv,.xlsx"
    told: dict[str, Any] = {"form": form, "batches": list_imports(request.district.pk), "columns": COLUMNS.values()}
    if request.method == "POST" and form.is_valid():
        try:
            told |= _tried(request, form.cleaned_data["file"])
        except SheetUnreadable:
            form.add_error("file", _said(RuleBroken("responsibility.sheet_unreadable")))
    return render(request, "cases/responsibility_sheet.html", told, status=422 if form.errors else 200)


def _tried(request: HttpRequest, file: Any) -> dict[str, Any]:
    content, now = file.read(MOST_BYTES + 1), clock.now()
    table = read_sheet(content)
    lines = understood(request.district, table, local_day(request.district, now))
    tried = try_sheet(district=request.district, lines=lines, by=request.actor, at=now)
    said = {"table": table, "name": file.name[:200], "sha256": hashlib.sha256(content).hexdigest()}
    token = signing.dumps(said, salt=SALT, compress=True) if tried.is_clean else ""
    return {"tried": tried, "token": token, "wrong": tried.wrong}


@require_POST
@signed_in_view
def apply(request: HttpRequest) -> HttpResponse:
    """Import the lines that were shown."""
    _require_keeper(request)
    try:
        said = signing.loads(request.POST.get("sheet", ""), salt=SALT, max_age=HOLDS_S)
    except signing.BadSignature:
        messages.error(request, _("Choose the list again."))
        return redirect("cases:read_responsibilities")
    now = clock.now()
    lines = understood(request.district, said["table"], local_day(request.district, now))
    try:
        import_sheet(district=request.district, lines=lines, file_name=said["name"], sha256=said["sha256"],
                     by=request.actor, at=now)  # fmt: skip
    except RuleBroken as refused:
        messages.error(request, _said(refused))
        return redirect("cases:read_responsibilities")
    messages.success(request, _("The list is imported."))
    return redirect("cases:responsibilities")


@require_POST
@signed_in_view
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    _require_keeper(request)
    batch = next((one for one in list_imports(request.district.pk) if one.pk == pk), None)
    if batch is None:
        raise Http404
    left = undo_sheet(batch=batch, by=request.actor, at=clock.now())
    messages.success(request, _("The import is undone."))
    if left:
        codes = ", ".join(row.category.code for row in left)
        messages.warning(request, _("Changed since, so that it stays: %(codes)s") % {"codes": codes})
    return redirect("cases:read_responsibilities")

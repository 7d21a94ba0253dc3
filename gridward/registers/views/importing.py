"""A file of components on a page: looked at line by line, taken in, taken back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from gridward.core.errors import RuleBroken
from gridward.registers.actions.importing import import_file, try_file, undo_import
from gridward.registers.forms import FileForm
from gridward.registers.queries.importing import (
    GOES_ON,
    LIMIT_TOLD,
    TRY,
    batches_of,
    get_batch,
    get_import,
    refused_of,
)
from gridward.registers.reading.incoming import keep_incoming
from gridward.registers.views.doors import keeper_view
from gridward.web.moments import is_chinese
from gridward.work import clock
from gridward.work.actions import ask_stop, resume_run
from gridward.work.models import Run

LOOK_AGAIN_S = "2"


@never_cache
@keeper_view
def read(request: HttpRequest) -> HttpResponse:
    """Choose a file; the files that were taken in before."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("registers:import", _tried(request, form).pk)
        except RuleBroken as refused:
            form.add_error("file", refused.sentence("zh" if is_chinese() else "en"))
    page = {"form": form, "batches": batches_of(request.district.pk)}
    return render(request, "registers/import_components.html", page, status=422 if form.errors else 200)


def _tried(request: HttpRequest, form: FileForm) -> Run:
    file = form.cleaned_data["file"]
    return try_file(
        district=request.district, sha256=keep_incoming(file), file_name=file.name, crs=form.cleaned_data["crs"],
        by=request.actor, at=clock.now(),
    )  # fmt: skip


@require_GET
@keeper_view
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it got, and which lines stay out, with the reasons; it looks again by itself while it goes on."""
    run = get_import(request.district.pk, pk)
    goes_on, is_trial = run.state in GOES_ON, run.kind == TRY
    page = {
        "run": run, "goes_on": goes_on, "is_trial": is_trial, "refused": refused_of(run.cursor),
        "refusal": run.cursor.get("refusal", {}).get("zh" if is_chinese() else "en", ""),
        "good": run.cursor.get("good", 0), "wrong": run.cursor.get("wrong", 0), "most": LIMIT_TOLD,
        "may_import": is_trial and run.state == Run.State.DONE and run.cursor.get("good"),
        "stands": run.state in (Run.State.STOPPED, Run.State.FAILED),
    }  # fmt: skip
    answer = render(request, "registers/import_run.html", page)
    if goes_on:
        answer["Refresh"] = LOOK_AGAIN_S
    return answer


@require_POST
@keeper_view
def steer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in what is good; or stop, or go on from where it stopped."""
    run, at = get_import(request.district.pk, pk), clock.now()
    act = request.POST.get("do", "")
    if act == "import":
        run = import_file(tried=run, by=request.actor, at=at)
    elif act == "stop":
        ask_stop(run=run, by=request.actor, at=at)
    elif act == "resume":
        resume_run(run=run, by=request.actor, at=at)
    else:
        raise Http404
    return redirect("registers:import", run.pk)


@require_POST
@keeper_view
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    left = undo_import(batch=get_batch(request.district.pk, pk), by=request.actor, at=clock.now())
    messages.success(request, _("The import is undone."))
    if left:
        told = {"codes": ", ".join(left[:20]), "number": len(left)}
        messages.warning(request, _("%(number)s stay, because they were changed or have a case: %(codes)s") % told)
    return redirect("registers:import_components")

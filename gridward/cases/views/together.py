"""Many cases at once: choose them in the list, see what each would do, make one move, read what became of each."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.together import move_together, perform_here
from gridward.cases.forms.together import TogetherForm
from gridward.cases.models import Case
from gridward.cases.queries import visible_cases
from gridward.cases.queries.listing import narrowed
from gridward.cases.queries.together import KIND, MOST, Offered, asked_before, chosen_cases, moves_on_offer, offered
from gridward.cases.views.listing import cases_of
from gridward.core.workflow.parse import load
from gridward.web.moments import is_chinese
from gridward.work import clock
from gridward.work.actions import ask_stop, resume_run
from gridward.work.models import Run

FEW = 20
LOOK_AGAIN_S = "3"


def _numbers(request: HttpRequest) -> list[str]:
    """The ticked cases, those of the page, or all that the filters of the page find, up to ``MOST``."""
    which = request.POST.get("which", "chosen")
    if which == "page":
        return request.POST.getlist("shown")
    if which == "all":
        filters = request.POST.get("filters", "").replace("%00", "").replace("\0", "")
        asked = cases_of(request, QueryDict(filters), clock.now())
        found = narrowed(asked.rows, asked.words).saying.order_by("-reported_at", "-pk")
        return list(found.values_list("number", flat=True)[:MOST])
    return request.POST.getlist("case")


def _chosen(request: HttpRequest) -> list[Case]:
    """Those cases that are in the viewer's hands; a number with a NUL byte, which no database takes, is nobody's."""
    numbers = [number for number in _numbers(request) if "\0" not in number]
    return chosen_cases(request.grant, request.territory, numbers)


@business_view
def together(request: HttpRequest) -> HttpResponse:
    """Which move, what it would do to each, and the asking for it; without cases, back to the list."""
    known = asked_before(request.grant, request.POST.get("action_uuid", "")[:36])
    if known:
        return redirect("cases:moved_together", pk=known.pk)
    cases = _chosen(request) if request.method == "POST" else []
    if not cases:
        if request.method == "POST":
            messages.warning(request, _("Choose at least one case that is in your hands."))
        return redirect("cases:list")
    rows = offered(cases, request.grant, at=clock.now())
    moves = moves_on_offer(rows)
    move = next((move for move, _n in moves if move.code == request.POST.get("move")), None)
    page: dict[str, Any] = {"rows": rows, "moves": moves, "move": move, "most": MOST}
    if move is None:
        return render(request, "cases/together.html", page)
    ready = [row.case for row in rows if row.may(move.code)]
    form = _form(request, move, ready[0])
    if "go" in request.POST and form.is_valid():
        return _go(request, [row.case for row in rows], move.code, form)
    outcomes = [(row, row.moves.get(move.code), _target(row, move.code)) for row in rows]
    outcomes.sort(key=lambda outcome: outcome[2] is None)  # what can be done comes first
    page |= {"form": form, "outcomes": outcomes, "ready": len(ready)}
    return render(request, "cases/together.html", page, status=422 if "go" in request.POST else 200)


def _form(request: HttpRequest, move: Any, case: Case) -> TogetherForm:
    sent = request.POST if "go" in request.POST else None
    seen = visible_cases(request.grant, request.territory)
    return TogetherForm(sent, table=load(case.table), move=move, case=case, seen=seen, at=clock.now())


def _target(row: Offered, code: str) -> Any:
    return row.leads_to(code) if row.may(code) else None


def _go(request: HttpRequest, cases: list[Case], move: str, form: TogetherForm) -> HttpResponse:
    run = move_together(
        cases=cases, move=move, given=form.given(), held=request.grant, at=clock.now(),
        action_uuid=form.cleaned_data["action_uuid"],
    )  # fmt: skip
    if len(cases) <= FEW:
        perform_here(run)
    return redirect("cases:moved_together", pk=run.pk)


def _run(request: HttpRequest, pk: int) -> Run:
    """Who asked for it reads what became of it; for everybody else there is no such page."""
    mine = Run.objects.filter(district_id=request.grant.district_id, kind=KIND, by_id=request.grant.user_id)
    run = mine.filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


@require_GET
@business_view
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each case, read anew every few seconds while it goes on."""
    run = _run(request, pk)
    done, asked = run.cursor.get("done", 0), run.arguments
    refused = run.cursor.get("refused", {})
    cases = Case.objects.select_related("category", "district", "body").in_bulk(asked["cases"])
    language = "zh" if is_chinese() else "en"
    rows = [(cases[key], refused.get(str(key), {}).get(language, ""), n < done) for n, key in enumerate(asked["cases"])]
    move = next(load(case.table).move(asked["move"]) for case in cases.values())
    page = {
        "run": run, "rows": rows, "move": move, "made": done - len(refused), "refused": len(refused),
        "goes_on": run.state in (Run.State.WAITING, Run.State.RUNNING),
        "stands": run.state in (Run.State.STOPPED, Run.State.FAILED),
    }  # fmt: skip
    answer = render(request, "cases/moved_together.html", page)
    if page["goes_on"]:
        answer["Refresh"] = LOOK_AGAIN_S
    return answer


@require_POST
@business_view
def steer(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop, or go on from where it stopped."""
    run, act = _run(request, pk), {"stop": ask_stop, "resume": resume_run}.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    act(run=run, by=request.actor, at=clock.now())
    return redirect("cases:moved_together", pk=pk)

"""逐件办理: what waits to be filed or sent, one case after another, by keyboard."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from gridward.accounts.access import business_view
from gridward.accounts.models import Body
from gridward.cases.actions.triage import move_in_one
from gridward.cases.forms.moves import MoveForm, why_this_body
from gridward.cases.models import Case
from gridward.cases.queries import get_case, visible_cases
from gridward.cases.queries.facts import asked_of
from gridward.cases.queries.page import CasePage, case_page
from gridward.cases.queries.routing import route_of
from gridward.cases.queries.triage import STATES, STEPS, Line, line_of, nearby, other_ways, ways_back
from gridward.cases.queries.visible import may_move
from gridward.cases.views.maps import case_sheet
from gridward.core.errors import RuleBroken
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import Move
from gridward.web.moments import is_chinese
from gridward.work import clock

KEYS = {"category": "c", "filing_condition": "s", "duplicates_checked": "d", "body": "b", "words": "w"}


@business_view
def index(request: HttpRequest) -> HttpResponse:
    """The case in hand with its step; after the step the next one."""
    if request.grant.role not in STATES:
        raise Http404
    wanted = (request.POST or request.GET).get("case", "")
    line = line_of(request.grant, request.territory, wanted)
    if request.method == "POST":
        return _posted(request, line)
    if wanted and not line.n:
        messages.info(request, _("%(number)s waits no longer; here is what does.") % {"number": wanted[:19]})
        return redirect("cases:triage")
    if not line.n:
        return render(request, "cases/triage.html", {"line": line, **_done(request)})
    case = get_case(request.grant, request.territory, line.here)
    step = load(case.table).move(STEPS[case.state][-1])
    return _shown(request, case, step, _form(request, case, step), line)


def _form(request: HttpRequest, case: Case, step: Move) -> MoveForm:
    form = MoveForm(
        request.POST or None, table=load(case.table), move=step, case=case, asked=asked_of(case), at=clock.now(),
        seen=visible_cases(request.grant, request.territory),
    )  # fmt: skip
    form.fields.pop("find", None)
    for code, key in KEYS.items():
        if code in form.fields:
            form.fields[code].widget.attrs |= {"data-key": key, "aria-keyshortcuts": key}
    first = still_to_say(form)
    if first:
        form.fields[first].widget.attrs["autofocus"] = True
    return form


def still_to_say(form: MoveForm) -> str:
    """The first thing that nothing proposes: the keyboard stands there, else on the button."""
    asked = (code for code in form.move.needs if not form.get_initial_for_field(form.fields[code], code))
    return next(asked, "")


def _posted(request: HttpRequest, line: Line) -> HttpResponse:
    """The step; where somebody was faster, or a rule refuses, everything chosen and typed stays on the page."""
    case = get_case(request.grant, request.territory, request.POST.get("case", ""))
    step = load(case.table).moves.get(request.POST.get("move", ""))
    if step is None or step.code not in {moves[-1] for moves in STEPS.values()}:
        raise Http404
    form = _form(request, case, step)
    if not form.is_valid():
        return _shown(request, case, step, form, line, status=200 if form.is_being_looked_at else 422)
    try:
        _make(request, case, step, form)
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        again = get_case(request.grant, request.territory, case.number)
        return _shown(request, again, step, form, line, status=refused.status)
    return redirect(_next(request, case, line))


def _make(request: HttpRequest, case: Case, step: Move, form: MoveForm) -> None:
    """All moves that lead from where the case is now through this step; else what the table says of it."""
    if not may_move(case, request.grant, request.territory):
        raise RuleBroken("case.not_in_hands_any_more")
    road = STEPS.get(case.state, ())
    move_in_one(
        case=case, moves=road if step.code in road else (step.code,), given=form.given(), by=request.actor,
        at=clock.now(), action_uuid=form.cleaned_data["action_uuid"], seen_n=form.cleaned_data["seen_n"],
    )  # fmt: skip


def _next(request: HttpRequest, case: Case, line: Line) -> str:
    """The same case while it still waits for this person, else the one after it."""
    still = visible_cases(request.grant, request.territory).filter(pk=case.pk, state__in=STATES[request.grant.role])
    after = {"case": case.number} if still.exists() else {"case": line.after} if line.after else {}
    return f"{reverse('cases:triage')}?{urlencode({**after, 'done': case.number})}"


def _page(request: HttpRequest, case: Case) -> CasePage:
    in_hands = may_move(case, request.grant, request.territory)
    return case_page(case, request.grant, at=clock.now(), may_move=in_hands)


def _goes_to(case: Case, step: Move) -> dict[str, Any]:
    """Before it is filed: where the rules would send it, and why."""
    route = route_of(case) if step.code == "file" else None
    if route is None:
        return {}
    return {"goes_to": Body.objects.get(pk=route.body), "why_there": why_this_body(case, route)}


def _done(request: HttpRequest, here: Case | None = None) -> dict[str, Any]:
    """Another case that was moved just now, with what the table still allows on it."""
    number = request.GET.get("done", "")
    if request.method == "POST" or not number or (here and here.number == number):
        return {}
    done = _page(request, get_case(request.grant, request.territory, number))
    return {"done": done, "back": ways_back(done)}


def _shown(
    request: HttpRequest, case: Case, step: Move, form: MoveForm, line: Line, *, status: int = 200
) -> HttpResponse:
    page, waits = _page(request, case), step.code in STEPS.get(case.state, ())
    words: dict[str, Any] = {
        "line": line, "page": page, "case": case, "move": step, "form": form, "waits": waits,
        "ready": not still_to_say(form), "others": other_ways(page) if waits else [],
        "near": nearby(case, request.grant, request.territory), "sheet": case_sheet(request, case),
        **_done(request, case), **_goes_to(case, step),
    }  # fmt: skip
    return render(request, "cases/triage.html", words, status=status)

"""Joint handling: calling bodies to a case, answering a call, rating each other."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.accounts.access import business_view
from gridward.cases.actions.joint import act_on_task, call_bodies, rate_task
from gridward.cases.forms.joint import ActForm, CallForm, RateForm
from gridward.cases.models import Case, JointTask
from gridward.cases.queries import get_case
from gridward.cases.queries.choices import bodies_for
from gridward.cases.queries.joint import get_task, has_side
from gridward.cases.words import joint_acts
from gridward.core.errors import RuleBroken
from gridward.core.workflow.joint import ACTS, CALLED_IN, OPEN, Side, TaskState
from gridward.web.moments import is_chinese
from gridward.work import clock

RATINGS = {"rate_turnout": Side.CALLER, "rate_need": Side.ASSISTANT}


def may_call(request: HttpRequest, case: Case) -> bool:
    """Whether the viewer may call bodies to this case now."""
    return case.state in CALLED_IN and is_on(request, Side.CALLER, case)


def is_on(request: HttpRequest, side: Side, case: Case, task: JointTask | None = None) -> bool:
    """Whether the viewer is on this side of the case."""
    return has_side(case, side, task, request.grant.role, request.territory)


def offered_acts(request: HttpRequest, case: Case, task: JointTask) -> list[str]:
    """What the viewer may do with a task now."""
    acts = [act.code for act in ACTS.values() if task.state in act.sources and is_on(request, act.side, case, task)]
    if task.state in OPEN or task.state == TaskState.LAPSED:
        return acts
    if not task.turnout and task.call.body_id == request.actor.body_id and is_on(request, Side.CALLER, case):
        acts.append("rate_turnout")
    if not task.need and is_on(request, Side.ASSISTANT, case, task):
        acts.append("rate_need")
    return acts


def joint_panel(request: HttpRequest, case: Case, page: Any) -> list[dict[str, Any]]:
    """The calls of the case page, each task with what the viewer may do with it."""
    names, shown = joint_acts(), []
    for one in page.joint:
        tasks = []
        for task in one.tasks:
            task.row.call = one.call
            doors = [(code, names[code]) for code in offered_acts(request, case, task.row)]
            tasks.append({"row": task.row, "light": task.light, "share": task.share, "acts": doors})
        shown.append({"call": one.call, "tasks": tasks})
    return shown


@business_view
def call(request: HttpRequest, number: str) -> HttpResponse:
    """吹哨: the form of a call, and the call."""
    case = get_case(request.grant, request.territory, number)
    if not is_on(request, Side.CALLER, case):
        raise Http404
    bodies = bodies_for(case).exclude(pk=case.body_id) if case.body_id else bodies_for(case)
    form = CallForm(request.POST or None, bodies=bodies, is_urgent=case.is_urgent)

    def make() -> None:
        given = form.cleaned_data
        call_bodies(
            case=case, purpose=given["purpose"], wanted=form.wanted(), hours=given["hours"], meet_at=given["meet_at"],
            by=request.actor, at=clock.now(),
        )  # fmt: skip

    return _asked(request, case, form, make, {"title": _("Call bodies together"), "may_call": case.state in CALLED_IN})


@business_view
def act(request: HttpRequest, number: str, public_id: uuid.UUID, act: str) -> HttpResponse:
    """One act of one side on a task, or its rating."""
    case = get_case(request.grant, request.territory, number)
    task = get_task(case, public_id)
    if task is None or act not in joint_acts():
        raise Http404
    side = RATINGS[act] if act in RATINGS else ACTS[act].side
    if not is_on(request, side, case, task):
        raise Http404
    data = request.POST if request.method == "POST" else None
    form: forms.Form = RateForm(data, side=side) if act in RATINGS else ActForm(data, act=act)

    def make() -> None:
        given, by, at = form.cleaned_data, request.actor, clock.now()
        if act in RATINGS:
            rate_task(task=task, side=side, mark=given["mark"], words=given["words"], by=by, at=at)
        else:
            act_on_task(task=task, act=act, words=given.get("words", ""), by=by, at=at)

    return _asked(request, case, form, make, {"title": joint_acts()[act], "task": task, "may_call": True})


def _asked(
    request: HttpRequest, case: Case, form: forms.Form, make: Callable[[], None], words: dict[str, Any]
) -> HttpResponse:  # fmt: skip
    """The form, with why it was refused; or what it asked for, done."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                make()
            except RuleBroken as refused:
                form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
                status = refused.status
            else:
                messages.success(request, _("Done: %(move)s") % {"move": words["title"]})
                return redirect(reverse("cases:case", args=[case.number]) + "#joint")
    return render(request, "cases/joint.html", {"case": case, "form": form, **words}, status=status)

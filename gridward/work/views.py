"""The operator's page: what was parked, what runs, which duty is silent."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.core.scopes import Scope, ScopeKind
from gridward.core.workflow.roles import Role
from gridward.work import actions, clock, queries

View = Callable[..., HttpResponse]


def operators_view(view: View) -> View:
    """Only for whoever runs the system; for everybody else there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        actor = getattr(request, "actor", None)
        if actor is None or actor.role != Role.SYSADMIN or actor.district_id is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def runs_district(request: HttpRequest) -> bool:
    """Whether the role is held for all of the district; administrators of one body see and steer only their own."""
    return str(Scope(ScopeKind.DISTRICT, request.actor.district_id)) in request.grant.scopes


@operators_view
def background(request: HttpRequest) -> HttpResponse:
    """Everything on one page; to the administrator of one body, the runs that they asked for themselves."""
    everything = runs_district(request)
    parked = queries.parked_deliveries(request.actor.district_id, everything=everything)
    runs = queries.latest_runs(request.actor, everything=everything)
    page = {
        "parked": parked[: queries.MOST_PARKED], "parked_count": parked.count(), "everything": everything,
        "runs": runs[: queries.MOST_RUNS], "duties": queries.duties(clock.now()),
    }  # fmt: skip
    return render(request, "work/background.html", page)


@require_POST
@operators_view
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = queries.get_delivery(request.actor.district_id, pk, everything=runs_district(request))
    actions.retry_delivery(delivery=delivery, by=request.actor, at=clock.now())
    messages.success(request, _("It is sent again."))
    return redirect("work:background")


@require_POST
@operators_view
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    run = queries.get_run(request.actor, pk, everything=runs_district(request))
    actions.ask_stop(run=run, by=request.actor, at=clock.now())
    messages.success(request, _("It stops at its next report; what it did so far stays."))
    return redirect("work:background")


@require_POST
@operators_view
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    run = queries.get_run(request.actor, pk, everything=runs_district(request))
    actions.resume_run(run=run, by=request.actor, at=clock.now())
    messages.success(request, _("It goes on from where it was."))
    return redirect("work:background")

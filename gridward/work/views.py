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


@operators_view
def background(request: HttpRequest) -> HttpResponse:
    """Everything on one page."""
    district_id, now = request.actor.district_id, clock.now()
    parked = queries.parked_deliveries(district_id)
    page = {
        "parked": parked[: queries.MOST_PARKED], "parked_count": parked.count(),
        "runs": queries.latest_runs(district_id)[: queries.MOST_RUNS], "duties": queries.duties(now),
    }  # fmt: skip
    return render(request, "work/background.html", page)


@require_POST
@operators_view
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = queries.get_delivery(request.actor.district_id, pk)
    actions.retry_delivery(delivery=delivery, by=request.actor, at=clock.now())
    messages.success(request, _("It is sent again."))
    return redirect("work:background")


@require_POST
@operators_view
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    run = queries.get_run(request.actor.district_id, pk)
    actions.ask_stop(run=run, by=request.actor, at=clock.now())
    messages.success(request, _("It stops at its next report; what it did so far stays."))
    return redirect("work:background")


@require_POST
@operators_view
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    run = queries.get_run(request.actor.district_id, pk)
    actions.resume_run(run=run, by=request.actor, at=clock.now())
    messages.success(request, _("It goes on from where it was."))
    return redirect("work:background")

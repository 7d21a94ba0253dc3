"""Other systems that are told: subscriptions, their calls, telling again."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from gridward.core.errors import RuleBroken
from gridward.notify.actions.webhooks import create_webhook, enable_webhook, end_webhook, tell_call_again
from gridward.notify.forms import WebhookForm
from gridward.notify.queries import log as logs
from gridward.notify.queries.events import events
from gridward.notify.views.doors import operator_view
from gridward.web.moments import is_chinese
from gridward.work import clock


@never_cache
@operator_view
def index(request: HttpRequest) -> HttpResponse:
    """The subscriptions, and a new one; its secret stands on the answer and nowhere else."""
    form = WebhookForm(request.POST or None, events=events())
    told = {"form": form, "made": None, "secret": ""}
    if request.method == "POST" and form.is_valid():
        try:
            told["made"], told["secret"] = create_webhook(
                district_id=request.district.pk, **form.cleaned_data, by=request.actor, at=clock.now()
            )
            told["form"] = WebhookForm(events=events())
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
    told["webhooks"] = logs.webhooks(request.district.pk)
    return render(request, "notify/webhooks.html", told, status=422 if form.is_bound and form.errors else 200)


@require_GET
@operator_view
def show(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One subscription with its log."""
    webhook = logs.get_webhook(request.district.pk, uid)
    names = dict(events())
    page = logs.calls_of(webhook, request.GET.get("after", ""))
    told = {
        "webhook": webhook, "page": page, "verbs": [name for verb, name in names.items() if verb in webhook.verbs],
        "rows": [(call, names.get(call.event, call.event)) for call in page],
    }  # fmt: skip
    return render(request, "notify/webhook.html", told)


@require_POST
@operator_view
def switch(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """On or off."""
    webhook = logs.get_webhook(request.district.pk, uid)
    enable_webhook(webhook=webhook, on=request.POST.get("on") == "1", by=request.actor, at=clock.now())
    return redirect("notify:webhook", uid)


@require_POST
@operator_view
def end(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """For good."""
    webhook = logs.get_webhook(request.district.pk, uid)
    end_webhook(webhook=webhook, by=request.actor, at=clock.now())
    messages.success(request, _("“%(name)s” is told nothing any more.") % {"name": webhook.name})
    return redirect("notify:webhooks")


@require_POST
@operator_view
def tell_again(request: HttpRequest, uid: uuid.UUID, pk: int) -> HttpResponse:
    """One call once more."""
    call = logs.get_call(logs.get_webhook(request.district.pk, uid), pk)
    tell_call_again(call=call, by=request.actor, at=clock.now())
    messages.success(request, _("It is sent again."))
    return redirect("notify:webhook", uid)

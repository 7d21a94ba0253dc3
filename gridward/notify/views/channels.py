"""The district's channels: what is configured, a trial message, the log of what went out."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.districts.queries import local_day
from gridward.notify import actions
from gridward.notify.channels import configured
from gridward.notify.forms import LogForm
from gridward.notify.models import Message
from gridward.notify.queries import channels
from gridward.notify.queries import log as logs
from gridward.notify.queries.kinds import kinds
from gridward.notify.queries.wishes import addresses_of
from gridward.notify.views.doors import operator_view
from gridward.web.moments import is_chinese
from gridward.work import clock


@require_GET
@operator_view
def index(request: HttpRequest) -> HttpResponse:
    """Each channel with its state; the numbered SMS templates."""
    sms, own = channels.sms_state(), addresses_of(request.user.pk)
    day = local_day(request.district, clock.now())
    told = {
        "sms": sms, "mail": channels.mail_host(), "templates": channels.templates(sms.gateway if sms else None),
        "problem": sms.problem.sentence("zh" if is_chinese() else "en") if sms and sms.problem else "",
        "sent_today": logs.sms_today(request.district.pk, day), "webhooks": logs.webhooks(request.district.pk),
        "trials": [(c, Message.Channel(c).label, c in own) for c in configured()],
    }  # fmt: skip
    return render(request, "notify/channels.html", told)


@require_POST
@operator_view
def trial(request: HttpRequest) -> HttpResponse:
    """A trial message to one's own address; its fate stands in the log."""
    channel = request.POST.get("channel", "")
    actions.send_trial(user=request.user, channel=channel, by=request.actor, at=clock.now())
    messages.success(request, _("A trial message is on its way; the log says what became of it."))
    return redirect("notify:log")


@require_GET
@operator_view
def log(request: HttpRequest) -> HttpResponse:
    """What went out, the newest first: kind, channel and fate; no address."""
    form = LogForm(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {"channel": "", "state": ""}
    page = logs.outgoing(request.district.pk, **wanted, token=request.GET.get("after", ""))
    rows = [(row, kinds()[row.kind].name if row.kind in kinds() else row.kind, row.state in logs.SENT_AGAIN)
            for row in page]  # fmt: skip
    return render(request, "notify/log.html", {"form": form, "page": page, "rows": rows})


@require_POST
@operator_view
def resend(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Send one once more."""
    message = logs.get_outgoing(request.district.pk, uid)
    actions.resend_message(message=message, by=request.actor, at=clock.now())
    messages.success(request, _("It is sent again."))
    return redirect("notify:log")

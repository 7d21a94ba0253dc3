"""One's own messages."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import signed_in_view
from gridward.notify import actions
from gridward.notify.queries import inbox
from gridward.work import clock


@require_GET
@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """The newest first; all, or what is unread."""
    only_unread = request.GET.get("show") == "unread"
    page = inbox.inbox(request.user.pk, only_unread=only_unread, token=request.GET.get("after", ""))
    newest = max((row.pk for row in page), default=0)
    return render(request, "notify/inbox.html", {"page": page, "only_unread": only_unread, "newest": newest})


@require_POST
@signed_in_view
def open_message(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """It is read; on to what it is about."""
    message = actions.read_message(message=inbox.get_own(request.user.pk, uid), at=clock.now())
    is_ours = message.url and url_has_allowed_host_and_scheme(message.url, allowed_hosts=None)
    return redirect(message.url if is_ours else "notify:inbox")


@require_POST
@signed_in_view
def read_all(request: HttpRequest) -> HttpResponse:
    """All that the page showed, and what is older."""
    until = request.POST.get("until", "")
    if until.isascii() and until.isdigit() and len(until) < 18:
        actions.read_all_messages(user_id=request.user.pk, until=int(until), at=clock.now())
    return redirect("notify:inbox")

"""A follower confirms once that an address is theirs; opening the link changes nothing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from gridward.cases.actions.notifying import confirm_follower, follower_of
from gridward.core.errors import RuleBroken
from gridward.portal.actions.counting import count_tries
from gridward.portal.views.reporting import address_of, resident
from gridward.web.headers import private_link
from gridward.work import clock


@require_http_methods(["GET", "HEAD", "POST"])
@private_link
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Asked by GET, done by POST; what was confirmed can be taken back here."""
    contact = follower_of(request.district, token) if request.district else None
    if contact is None:
        if request.district and count_tries(
            district_id=request.district.pk, address=address_of(request), at=clock.now()
        ):
            raise RuleBroken("portal.too_many_tries")
        raise Http404
    if request.method == "POST":
        confirm_follower(contact=contact, on="stop" not in request.POST, by=resident(request), at=clock.now())
        return redirect("portal:confirm", token)
    return render(request, "portal/confirm.html", {"case": contact.case, "is_confirmed": contact.is_confirmed})

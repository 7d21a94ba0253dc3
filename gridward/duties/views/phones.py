"""通讯录: duty phones by hour."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.accounts.access import signed_in_view
from gridward.duties.forms import HourForm
from gridward.duties.queries import phone_book
from gridward.work import clock


@require_GET
@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """Every body with its phone and who is there at the hour of the address, now unless one is given."""
    if request.grant is None:
        raise Http404
    form, now = HourForm(request.GET or None), clock.now()
    given = form.cleaned_data if form.is_valid() else {}
    at = given.get("at") or now
    lines = phone_book(request.district, at, words=given.get("q", "")) if request.district else []
    words = {"form": form, "lines": lines, "at": at, "is_now": at == now}
    return render(request, "duties/phones.html", words)

"""What one wishes to be told of outside the app, and where one is reached."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.accounts.access import signed_in_view
from gridward.core.errors import RuleBroken
from gridward.notify import actions
from gridward.notify.channels import configured
from gridward.notify.forms import AddressForm, WishForm
from gridward.notify.models import Message
from gridward.notify.queries.wishes import addresses_of, wishes_of
from gridward.web.moments import is_chinese
from gridward.work import clock


@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """Kinds by channel, and the two addresses."""
    form = WishForm(request.POST or None, initial=_initial(request), channels=configured())
    if request.method == "POST" and form.is_valid():
        actions.save_wishes(user=request.user, wishes=form.wishes())
        messages.success(request, _("Your wishes are kept."))
        return redirect("notify:wishes")
    return _page(request, form)


def _initial(request: HttpRequest) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _user, kind, channel in wishes_of([request.user.pk]):
        found.setdefault(channel, []).append(kind)
    return found


def _page(request: HttpRequest, form: WishForm, wrong: AddressForm | None = None) -> HttpResponse:
    kept = addresses_of(request.user.pk)
    channels: list[dict[str, Any]] = [
        {"name": Message.Channel(c).label, "is_kept": c in kept, "code": c,
         "form": wrong if wrong is not None and wrong.data.get("channel") == c else AddressForm(initial={"channel": c})}
        for c in configured()
    ]  # fmt: skip
    told = {"form": form, "channels": channels}
    return render(request, "notify/wishes.html", told, status=200 if wrong is None else 422)


@require_POST
@signed_in_view
def save_address(request: HttpRequest) -> HttpResponse:
    """Keep, change or take away one address."""
    form = AddressForm(request.POST)
    if not form.is_valid() or request.actor is None:
        return redirect("notify:wishes")
    try:
        actions.save_address(user=request.user, **form.cleaned_data, by=request.actor, at=clock.now())
    except RuleBroken as refused:
        form.add_error("address", refused.sentence("zh" if is_chinese() else "en"))
        return _page(request, WishForm(initial=_initial(request), channels=configured()), form)
    messages.success(request, _("The address is kept, sealed.") if form.cleaned_data["address"]
                     else _("The address is gone."))  # fmt: skip
    return redirect("notify:wishes")

"""Sign-in pages: the library's views with our words, and what an example database shows beside them."""

from collections.abc import Iterable
from typing import Any

from allauth.account.views import LoginView
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gridward.accounts import actions, queries
from gridward.accounts.forms import ChangePasswordForm
from gridward.accounts.middleware import CHOSEN
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.web.forms import style_widgets
from gridward.work import clock

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def shown_sign_ins(request: HttpRequest) -> Iterable[Any]:
    """The cast's sign-ins: only in an example district and only on this machine.

    An app shows some by ``sign_ins = function`` on its AppConfig; the function answers rows with ``username``,
    ``name``, ``password`` and ``role``.
    """
    if not getattr(request.district, "is_demo", False) or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        return ()
    providers = (getattr(config, "sign_ins", None) for config in apps.get_app_configs())
    return [row for provider in providers if provider for row in provider(request.district)]


class SignInView(LoginView):
    """Username and password."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["login"].label, form.fields["password"].label = _("Username"), _("Password")
        form.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false")
        for field in form.fields.values():
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)
        style_widgets(form)
        return form

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        return {**super().get_context_data(**values), "sign_ins": shown_sign_ins(self.request)}


def safe_next(request: HttpRequest) -> str:
    """Where a form wants to go afterwards, when it is of this site; else the first page of the work."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_safe else resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
@login_required
def choose_role(request: HttpRequest) -> HttpResponse:
    """Act in another role from now on; an unknown or lost one changes nothing."""
    wanted = request.POST.get("role", "")
    if any(held.key == wanted for held in request.grants):
        request.session[CHOSEN] = wanted
    return HttpResponseRedirect(safe_next(request))


@never_cache
@sensitive_post_parameters("old", "new", "again")
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """One's own password; after a slip this is the first page."""
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _changed(request, form.cleaned_data["old"], form.cleaned_data["new"])
        except RuleBroken as refusal:
            form.add_error(None, refusal.sentence(request.LANGUAGE_CODE))
    return render(request, "accounts/change_password.html", {"form": form}, status=422 if form.errors else 200)


def _changed(request: HttpRequest, old: str, new: str) -> HttpResponse:
    by = request.actor or Actor(request.user.pk, "", None, request.user.district_id)
    user = actions.change_own_password(user=request.user, old=old, new=new, by=by, at=clock.now())
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed."))
    return HttpResponseRedirect(safe_next(request))


@never_cache
@login_required
def own_devices(request: HttpRequest) -> HttpResponse:
    """Where I am signed in."""
    devices = queries.devices_of(request.user)
    here = request.session.session_key
    return render(request, "accounts/devices.html", {"devices": devices, "here": here})


@require_POST
@login_required
def sign_out_device(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my own sessions."""
    device = queries.get_device(request.user, pk)
    by = request.actor or Actor(request.user.pk, "", None, request.user.district_id)
    actions.sign_out_device(device=device, by=by, at=clock.now())
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:devices")

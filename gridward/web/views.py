"""Doors of the shell itself: choosing language and look, getting kept words back."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gridward.web import choices, grounds, kept, specimens


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else "/"


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language, theme or text size and go back to the page."""
    response = HttpResponseRedirect(_way_back(request))
    remember: Any = import_string(settings.GRIDWARD_REMEMBER_CHOICE) if _remembers(request) else None
    for name, allowed in choices.CHOICES.items():
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(
                choices.COOKIES[name],
                value,
                max_age=choices.YEAR,
                samesite="Lax",
                httponly=True,
                secure=settings.GRIDWARD_HTTPS,
            )
            if remember:
                remember(user=request.user, name=name, value=value)
    return response


def _remembers(request: HttpRequest) -> bool:
    return bool(getattr(settings, "GRIDWARD_REMEMBER_CHOICE", "")) and request.user.is_authenticated


@csrf_exempt
@require_POST
def kept_words(request: HttpRequest) -> HttpResponse:
    """Show what was written before the session ended, to be sent again or looked over; changes nothing."""
    words = kept.read(request.POST.get("kept", ""))
    if words is None:
        return render(request, "web/kept_lost.html", status=400)
    return render(request, "web/kept.html", {"words": words})


def style(request: HttpRequest) -> HttpResponse:
    """Every component on one page, in the example district and while developing only."""
    if not (settings.DEBUG or getattr(getattr(request, "district", None), "is_demo", False)):
        raise Http404
    return render(request, "web/style.html", specimens.everything(request))


def style_ground(request: HttpRequest, as_picture: bool) -> HttpResponseBase:
    """The invented place below the maps of the style guide."""
    ground = specimens.own_ground()
    return grounds.picture_response(request, ground) if as_picture else grounds.data_response(request, ground)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the sign-in: keep what was written, say how to send it."""
    return render(request, "403_csrf.html", {"kept": kept.keep(request)}, status=403)

"""Who may open a page: decorators for views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from gridward.accounts.queries import reach
from gridward.core.workflow.roles import Role

View = Callable[..., HttpResponse]


def signed_in_view(view: View) -> View:
    """Only for people who signed in; others are asked to, and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def business_view(view: View) -> View:
    """Only for people who act in a role that sees cases; for the three administrators there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.grant is None or request.territory.is_empty:
            raise Http404
        return view(request, *args, **kwargs)

    return signed_in_view(guarded)


ADMINISTRATORS = (Role.SYSADMIN, Role.SECURITY_ADMIN)


def administrator_view(view: View) -> View:
    """Only for system and security administrators; what they administer comes as ``request.administered``."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.grant is None or request.grant.role not in ADMINISTRATORS:
            raise Http404
        request.administered = reach(request.grant)
        return view(request, *args, **kwargs)

    return signed_in_view(guarded)

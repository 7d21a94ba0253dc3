"""Who may open the pages of components: everybody who acts in some role of the district; keepers write."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from gridward.accounts.access import signed_in_view
from gridward.registers.queries.rights import may_keep
from gridward.work import clock

View = Callable[..., HttpResponse]


def register_view(view: View) -> View:
    """What stands in public space is no secret: every role of the district sees it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.grant is None or request.district is None:
            raise Http404
        return view(request, *args, **kwargs)

    return signed_in_view(guarded)


def keeper_view(view: View) -> View:
    """Only for those who keep the register; for all others there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_keep(request.actor, request.district.pk, clock.now()):
            raise Http404
        return view(request, *args, **kwargs)

    return register_view(guarded)

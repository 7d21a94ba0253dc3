"""Who may open the pages of grids: everybody who acts in some role of the district."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from gridward.accounts.access import signed_in_view

View = Callable[..., HttpResponse]


def grid_view(view: View) -> View:
    """Grids and their teams are published facts: every role sees them, administrators too."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.grant is None or request.district is None:
            raise Http404
        return view(request, *args, **kwargs)

    return signed_in_view(guarded)

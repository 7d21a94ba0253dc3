"""Headers for pages that must leave no trace."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse


def private_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages behind a private link: no referrer, no store, no index."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer

"""Headers for pages that must leave no trace."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

# Never the address, not even to ourselves. The name of the site stays: without it browsers send the page's own forms
# as if from nowhere, and those are refused. What a browser does not know it passes over, so the first word holds there.
NO_ADDRESS = "no-referrer, strict-origin"


def private_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages behind a private link: no referrer, no store, no index."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["Referrer-Policy"] = NO_ADDRESS
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer

"""What only an example district shows, and only on this machine."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from gridward.demo.content import PASSWORD, rows

LOOPBACK = ("127.0.0.1", "::1")


@require_GET
def cast(request: HttpRequest) -> JsonResponse:
    """The cast's sign-ins, for the story command and the sign-in page."""
    is_demo = getattr(request.district, "is_demo", False)
    if not is_demo or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise Http404
    people = [
        {"username": row["key"], "name": row["name_zh"], "role": row["role"], "does": row["does"]}
        for row in rows("cast")
        if row["key"] != "ada"
    ]
    return JsonResponse({"password": PASSWORD, "cast": people})

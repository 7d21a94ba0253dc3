"""What only an example district shows, and only on this machine."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from gridward.demo.content import PASSWORD, rows
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import DutyPost, GridShape
from gridward.grids.queries.locating import in_force
from gridward.work import clock

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
    return JsonResponse({"password": PASSWORD, "cast": people, "place": place_of("gao", request.district)})


def place_of(username: str, district: District) -> str:
    """``lon,lat`` of a place in the grid that one of the cast walks."""
    day = local_day(district, clock.now())
    post = DutyPost.objects.filter(district=district, user__username=username).order_by("pk").first()
    shape = GridShape.objects.filter(in_force(day), grid=post.grid).first() if post else None
    if shape is None:
        return ""
    point = shape.shape.point_on_surface
    return f"{point.x:.6f},{point.y:.6f}"

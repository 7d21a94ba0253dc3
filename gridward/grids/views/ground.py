"""The ground of all maps, kept by browsers: for everybody, with an adopted plan's grids too; with the grids in force,
or those of a draft, for people who sign in.
"""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from gridward.grids.models import GridPlan
from gridward.grids.queries.layers import ground_of
from gridward.grids.queries.maps import plan_ground
from gridward.grids.queries.plans import get_plan
from gridward.web.grounds import Ground, data_response, picture_response


def _asked(request: HttpRequest) -> Ground:
    """The ground that the address asks for; grids and drafts only where somebody acts in a role of the district."""
    grids, number = request.GET.get("grids", ""), request.GET.get("plan", "")
    is_staff = getattr(request, "grant", None) is not None
    if request.district is None or (grids and not is_staff):
        raise Http404
    if not number:
        return ground_of(request.district, with_grids=bool(grids), however_small=grids == "all")
    plan = get_plan(request.district, int(number) if number.isascii() and number.isdigit() else 0)
    if plan.state != GridPlan.State.ADOPTED and not is_staff:
        raise Http404
    return plan_ground(plan)


@require_GET
def picture(request: HttpRequest) -> HttpResponseBase:
    """A window of it, drawn."""
    return picture_response(request, _asked(request))


@require_GET
def data(request: HttpRequest) -> HttpResponseBase:
    """A box of it, for the map element."""
    return data_response(request, _asked(request))

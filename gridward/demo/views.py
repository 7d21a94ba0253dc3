"""What only an example district shows, and only on this machine: its cast, its guided tour, its file."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.models import User
from gridward.demo import live
from gridward.demo.actions.month import days_off
from gridward.demo.actions.touring import case_to_dispatch
from gridward.demo.content import PASSWORD, rows
from gridward.demo.panels import TOUR, is_example_here
from gridward.demo.queries import TourStep, layers_by_gdal, opened_by_gdal, place_of, tour_steps
from gridward.districts.queries import zone_of
from gridward.work import clock

BACKEND = "gridward.accounts.backends.PersonBackend"


@require_GET
def cast(request: HttpRequest) -> JsonResponse:
    """The cast's sign-ins, for the story command and the sign-in page."""
    if not is_example_here(request):
        raise Http404
    people = [
        {"username": row["key"], "name": row["name_zh"], "role": row["role"], "does": row["does"]}
        for row in rows("cast")
        if row["key"] != "ada"
    ]
    place = place_of("gao", request.district)
    told = "{:.6f},{:.6f}".format(*place) if place else ""
    return JsonResponse({"password": PASSWORD, "cast": people, "place": told})


@never_cache
@require_POST
def tour(request: HttpRequest) -> HttpResponse:
    """Take a step of the guided tour as the one of the cast who is there; without a step, leave the tour."""
    if not is_example_here(request):
        raise Http404
    wanted = request.POST.get("step", "")
    if not wanted:
        request.session.pop(TOUR, None)
        return redirect("portal:home")
    steps = tour_steps(request.district)
    step = next((one for one in steps if wanted in ("first", one.code)), None)
    if step is None:
        raise Http404
    return redirect(_take(request, step, [one.code for one in steps]))


def _take(request: HttpRequest, step: TourStep, codes: list[str]) -> str:
    """Sign in, keep the step in the session, answer its address."""
    district, taken = request.district, request.session.get(TOUR, {})
    since = taken.get("since") or clock.now().isoformat()
    if step.row.get("find") == "to_dispatch":
        place, began = place_of("gao", district), parse_datetime(since)
        step = TourStep(step.row, case_to_dispatch(district, since=began or clock.now(), place=place))
    _become(request, step.row["who"])
    request.session[TOUR] = {"codes": codes, "at": step.code, "url": step.url, "try": step.try_url, "since": since}
    return step.url


def _become(request: HttpRequest, username: str) -> None:
    """Signed in as this one of the cast; a resident is nobody."""
    if username:
        login(request, User.objects.get(district=request.district, username=username), BACKEND)
    else:
        logout(request)


@require_POST
def turn_clock(request: HttpRequest) -> HttpResponse:
    """Pause the clock of a played day, let it go on, or begin the next morning when the day is over."""
    if not is_example_here(request) or not settings.GRIDWARD_DEMO_CLOCK:
        raise Http404
    live.turn(Path(settings.GRIDWARD_DEMO_CLOCK), days_off(request.district), zone_of(request.district))
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if is_ours else "portal:home")


@never_cache
@require_GET
def database_file(request: HttpRequest) -> HttpResponse:
    """A command that reads the live database by GDAL, and what it prints."""
    if not is_example_here(request) or not opened_by_gdal(request.district):
        raise Http404
    command, printed = layers_by_gdal()
    return render(request, "demo/database_file.html", {"command": command, "printed": printed})

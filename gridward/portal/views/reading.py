"""Home, my grid, service guides, what we keep."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.cases.queries.feedback import said_publicly
from gridward.cases.queries.notices import notices_at, shown_notices
from gridward.cases.queries.shown import put_right, solved_lately
from gridward.core.suggest.likeness import likely
from gridward.portal.forms.places import GridForm
from gridward.portal.guides import guide_of, guides
from gridward.portal.queries.places import my_community, my_grid
from gridward.portal.views.reporting import doors
from gridward.web.moments import is_chinese
from gridward.work import clock

MOST_GUIDES, MOST_NOTICES = 12, 4


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Three doors, the query box, my grid, what was put right."""
    if request.district is None:
        return render(request, "portal/empty.html", status=503)
    now = clock.now()
    page = {
        "doors": doors(),
        "solved": solved_lately(request.district, now),
        "numbers": put_right(request.district, now),
        "notices": shown_notices(request.district, now)[:MOST_NOTICES],
        "said": said_publicly(request.district, now),
    }
    return render(request, "portal/home.html", page)


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Works and outages, now and within a week; and that nothing was sent, where somebody found the answer here."""
    if request.district is None:
        raise Http404
    now = clock.now()
    page = {"rows": shown_notices(request.district, now), "now": now, "is_answer": "answered" in request.GET}
    return render(request, "portal/notices.html", page)


@require_GET
def grid(request: HttpRequest) -> HttpResponse:
    """我的网格: who serves me, what they do, who supervises, how it is judged."""
    if request.district is None:
        raise Http404
    form = GridForm(request.GET or None, district=request.district, theme=request.theme)
    now, place, community_id = clock.now(), form.place(), form.community_id()
    found = my_grid(request.district, place, now) if place else None
    if found is None and community_id:
        found = my_community(request.district, community_id)
    numbers = put_right(request.district, now, grid_id=found.grid.pk) if found and found.grid else None
    announced = notices_at(request.district, place, now) if place else []
    page = {"form": form, "found": found, "numbers": numbers, "notices": announced}
    return render(request, "portal/grid.html", page)


@require_GET
def guide_list(request: HttpRequest) -> HttpResponse:
    """All guides, or those that fit the words."""
    words = request.GET.get("q", "")[:80]
    found = likely(words, ((guide, guide.text) for guide in guides()), MOST_GUIDES) if words else list(guides())
    rows = [(guide, guide.zh if is_chinese() else guide.en) for guide in found]
    return render(request, "portal/guides.html", {"rows": rows, "words": words})


@require_GET
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """One guide."""
    found = guide_of(code)
    if found is None:
        raise Http404
    return render(request, "portal/guide.html", {"guide": found, "words": found.zh if is_chinese() else found.en})


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What we process, who sees it, how long."""
    return render(request, "portal/about.html")

"""我的工作: one list for all modules, sorted by due time."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gridward.accounts.access import signed_in_view
from gridward.work import clock
from gridward.work.collected import work_providers
from gridward.work.items import Box, WorkItem

MOST = 100
FAR = datetime(9999, 1, 1, tzinfo=UTC)


def box_names() -> dict[Box, str]:
    return {
        Box.TODO: _("To do"), Box.DONE: _("Done by me"), Box.SUPERVISED: _("Supervised"),
        Box.STARTED: _("Started by me"), Box.WATCHED: _("Watched"),
    }  # fmt: skip


def _sorted(items: list[WorkItem], box: Box) -> list[WorkItem]:
    """Work to do by due time over all modules; the other boxes keep each provider's order."""
    if box not in (Box.TODO, Box.SUPERVISED):
        return items
    return sorted(items, key=lambda item: item.due_at or FAR)


@require_GET
@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """The five boxes with their counts, and the items of the chosen one."""
    at, wanted = clock.now(), request.GET.get("box", Box.TODO)
    box = Box(wanted) if wanted in Box.__members__.values() else Box.TODO
    counts, items = dict.fromkeys(Box, 0), []
    for provider in work_providers() if request.grant else ():
        for each in Box:
            found = provider(request.grant, request.territory, box=each, at=at, most=MOST if each is box else 0)
            counts[each] += found.count
            items += found.items
    boxes = [{"code": each.value, "name": name, "count": counts[each], "is_here": each is box}
             for each, name in box_names().items()]  # fmt: skip
    page = {"box": box, "boxes": boxes, "items": _sorted(items, box)[:MOST], "most": MOST, "total": counts[box]}
    return render(request, "duties/my_work.html", page)

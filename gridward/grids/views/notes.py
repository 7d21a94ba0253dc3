"""What every page of staff says about grids while something is behind."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gridward.grids.queries.overdue import plans_behind, temporary_behind
from gridward.grids.words import named
from gridward.work import clock


def staff_notes(request: HttpRequest) -> dict[str, Callable[[], list[str]]]:
    """``staff_notes`` in templates: asked only by pages that print it, and only of people who act in a role."""

    def notes() -> list[str]:
        if getattr(request, "grant", None) is None or request.district is None:
            return []
        said = _("Behind: “%(name)s” holds since %(day)s, but open cases have not moved to its grids yet. "
                 "They move by themselves once the background work runs again.")  # fmt: skip
        ended = _("Behind: “%(name)s” ended by itself on %(day)s, but its open cases have not moved yet. "
                  "They move by themselves once the background work runs again.")  # fmt: skip
        plans, grids = (ask(request.district, clock.now()) for ask in (plans_behind, temporary_behind))
        return [
            *(said % {"name": named(plan), "day": plan.adopted_from} for plan in plans),
            *(ended % {"name": named(row.grid), "day": row.valid_to} for row in grids),
        ]

    return {"staff_notes": notes}

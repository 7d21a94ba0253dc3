"""What every page of staff says while deadlines follow a changed calendar."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import ngettext

from gridward.cases.queries.recomputing import cases_to_recompute


def work_notes(request: HttpRequest) -> dict[str, Callable[[], list[str]]]:
    """``work_notes`` in templates: asked only by pages that print it, and only of people who act in a role."""

    def notes() -> list[str]:
        if getattr(request, "grant", None) is None or request.district is None:
            return []
        still = cases_to_recompute(request.district.pk)
        said = ngettext(
            "The calendar was changed: the deadlines of %(n)s case are being recomputed. "
            "Until then the former one is shown.",
            "The calendar was changed: the deadlines of %(n)s cases are being recomputed. "
            "Until then the former ones are shown.",
            still,
        )
        return [said % {"n": still}] if still else []

    return {"work_notes": notes}

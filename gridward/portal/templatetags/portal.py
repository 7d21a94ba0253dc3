"""Words of the public pages."""

from django import template
from django.utils.translation import gettext as _

from gridward.cases.models import Case
from gridward.web.moments import span

register = template.Library()


@register.filter
def time_taken(case: Case) -> str:
    """How long it took since the resident told us, on the calendar."""
    if case.closed_at is None:
        return ""
    return _("took %(time)s") % {"time": span((case.closed_at - case.told_at).total_seconds())}


@register.filter
def post_word(kind: str) -> str:
    """What somebody is in a grid's team."""
    words = {
        "full_time": _("grid worker"), "part_time": _("grid worker, part time"), "contract": _("grid worker"),
        "linked": _("linked official"), "volunteer": _("volunteer"), "building_head": _("building head"),
    }  # fmt: skip
    return words.get(kind, "")

"""Words of handing a shift over."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.utils.translation import gettext as _

from gridward.cases.forms.shift_change import post_words
from gridward.cases.models import PhoneReminder
from gridward.cases.queries.handover import GROUPS, Picture, Risk
from gridward.cases.templatetags.cases import named
from gridward.core.workflow.parse import load

register = template.Library()


@register.filter
def risk_groups(picture: Picture) -> Iterator[tuple[str, int, list[Risk]]]:
    """Each group with its name, how many there are in all, and those shown."""
    names = {"urgent": _("Urgent"), "supervised": _("Supervised"), "due_soon": _("Due in the next shift"),
             "late": _("Late")}  # fmt: skip
    for group in GROUPS:
        yield names[group], picture.counts[group], picture.groups[group]


@register.filter
def told_state(risk: Risk) -> str:
    """The state as it was told, also where the case has moved on."""
    return named(load(risk.case.table).state(risk.state))


@register.filter
def post_word(row: PhoneReminder) -> str:
    return post_words()[row.post]


@register.filter
def handover_state(row: Any) -> str:
    if row.withdrawn_at is not None:
        return _("taken back")
    return _("signed by both") if row.taken_at is not None else _("waits to be taken")

"""Words of the operator's page."""

from django import template
from django.utils.translation import gettext as _

from gridward.work.collected import names

register = template.Library()


@register.filter
def called(code: str) -> str:
    """The name of a duty or a run; its code where no app named it."""
    own = {
        "jobs": _("The jobs process is alive"),
        "work.forget_deliveries": _("Follow-ups that were done long ago are forgotten"),
    }
    return own.get(code) or str(names().get(code, code))

"""Words of the public pages."""

import qrcode
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from qrcode.constants import ERROR_CORRECT_M

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


@register.simple_tag
def code_square(text: str) -> SafeString:
    """The QR code of a text: black squares on white, two modules of quiet around it."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=2)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="code-square" viewBox="0 0 {0} {0}" width="160" height="160" role="img" aria-label="{1}">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{2}"/></svg>',
        len(rows), _("The address of your private page, to scan"), path,
    )  # fmt: skip

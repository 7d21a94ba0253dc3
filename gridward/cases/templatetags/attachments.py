"""What lies beside a case: names of photos and papers."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from gridward.cases.templatetags.cases import photo_kind_name
from gridward.files.queries import PAPER_KINDS

register = template.Library()


@register.filter
def photo_kind(photo: Any) -> str:
    """What a photo shows of the case."""
    return photo_kind_name(photo.kind)


@register.filter
def photo_field(code: str) -> str:
    """What the field of a form takes photos of."""
    words = {"before_photo": _("Before"), "after_photo": _("After"), "photo": _("Photo")}
    return words.get(code, code)


@register.filter
def paper_name(paper: Any) -> str:
    """The name that a paper came with, and its kind."""
    kind = PAPER_KINDS.get(paper.file.media_type, "")
    return f"{paper.name} ({kind})" if paper.name else kind

"""Replies, attempts to tell, call-backs, in the reader's language."""

from django import template
from django.utils.translation import gettext as _

from gridward.cases.words import way_words
from gridward.core.feedback.rates import FEWEST, Share
from gridward.web.moments import thousands

register = template.Library()


@register.filter
def told_by(channel: str) -> str:
    """By which way somebody was told."""
    return way_words()[channel]


@register.filter
def is_group(choice: object) -> bool:
    """Whether a choice of a select is a group of choices."""
    return isinstance(choice, list)


@register.filter
def made_of(share: Share) -> str:
    """What a share is made of: ``31 of 40``."""
    return _("%(part)s of %(whole)s") % {"part": thousands(share.part), "whole": thousands(share.whole)}


@register.filter
def made_of_answers(share: Share) -> str:
    """The same of what people answered; of fewer than ten, single answers could be told from it."""
    return _("fewer than ten") if 0 < share.whole < FEWEST else made_of(share)


@register.filter
def rate_words(share: Share) -> str:
    """The share in percent; below ten none."""
    return f"{share.percent:.1f} %" if share.is_said else _("too few for a rate")


@register.filter
def sure_words(share: Share) -> str:
    """Between what the share lies with 95 % certainty, were more asked."""
    return f"{share.low:.0f}–{share.high:.0f} %" if share.is_said else "—"

"""Replies, attempts to tell, call-backs, in the reader's language."""

from django import template

from gridward.cases.words import way_words

register = template.Library()


@register.filter
def told_by(channel: str) -> str:
    """By which way somebody was told."""
    return way_words()[channel]


@register.filter
def is_group(choice: object) -> bool:
    """Whether a choice of a select is a group of choices."""
    return isinstance(choice, list)

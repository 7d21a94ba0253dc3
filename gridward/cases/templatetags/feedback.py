"""Replies, attempts to tell, call-backs, in the reader's language."""

from django import template

from gridward.cases.words import way_words

register = template.Library()


@register.filter
def told_by(channel: str) -> str:
    """By which way somebody was told."""
    return way_words()[channel]

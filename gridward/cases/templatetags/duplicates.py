"""Why two reports are probably one, in the reader's language."""

from django import template

from gridward.cases.words import reasons_said

register = template.Library()
register.filter("reasons_said", reasons_said)

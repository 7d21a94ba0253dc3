"""Words of the proposal of a person."""

from django import template
from django.utils.translation import gettext as _

from gridward.cases.queries.persons import Person
from gridward.cases.words import person_reasons, term_words

register = template.Library()
register.filter("terms", term_words)


@register.filter
def reasons_for(person: Person, code: str) -> str:
    return _("; ").join(person_reasons(person, code))

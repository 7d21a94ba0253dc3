"""Words of registers in templates."""

from collections.abc import Mapping

from django import template

from gridward.accounts.queries import named
from gridward.registers import words
from gridward.registers.models import Component
from gridward.registers.queries.classes import ComponentClass

register = template.Library()
register.filter("component_name", words.component_name)
register.filter("class_name", words.class_name)
register.filter("spaced_code", words.spaced)


@register.filter
def state_name(component: Component) -> str:
    return words.state_word(component.state)


@register.filter
def is_sound(component: Component) -> bool:
    """Whether nothing is wrong with it."""
    return component.state == Component.State.INTACT


@register.simple_tag
def class_of(component: Component, classes: Mapping[str, ComponentClass]) -> str:
    """The major class and the class: Municipal utilities · Street lamp."""
    kind = classes.get(component.class_code)
    return f"{kind.major} · {kind.name}" if kind and kind.major else words.class_name(component, classes)


@register.filter
def community_of(component: Component) -> str:
    """The community of its cell; nothing where that is not known."""
    community = component.cell and component.cell.community
    return named(community) if community else ""

"""Codes of registers in the reader's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gridward.core.codes.component import parse_component_id
from gridward.registers.models import Component
from gridward.registers.queries.classes import ComponentClass


def class_name(component: Component, classes: Mapping[str, ComponentClass]) -> str:
    """Street lamp; the code of a class that is no longer kept."""
    kind = classes.get(component.class_code)
    return kind.name if kind else component.class_code


def component_name(component: Component, classes: Mapping[str, ComponentClass]) -> str:
    """What people call it, else its class with the end of its code: Street lamp 000012."""
    return component.name or f"{class_name(component, classes)} {component.code[11:]}"


def spaced(code: str) -> str:
    """For reading aloud and printing."""
    return parse_component_id(code).spaced


def state_word(state: str) -> str:
    return str(Component.State(state).label)


def change_words(said: Mapping[str, Any]) -> list[str]:
    """What an audit entry says of a component, line by line."""
    labels = {"name": _("Name"), "place": _("Place"), "position": _("Point"), "owner": _("Owner"),
              "maintainer": _("Maintainer"), "state": _("State"), "since": _("There since")}  # fmt: skip
    lines = []
    for name, change in said.items():
        if name in labels and isinstance(change, list) and len(change) == 2:
            before, after = (_said(name, value) for value in change)
            lines.append(_("%(what)s: %(before)s → %(after)s") % {
                "what": labels[name], "before": before, "after": after})  # fmt: skip
    return lines


def _said(name: str, value: Any) -> str:
    if name == "state" and value in Component.State.values:
        return state_word(value)
    return str(value or "—")

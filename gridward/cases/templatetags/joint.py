"""Joint handling in the reader's words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from gridward.cases.words import joint_marks, joint_states
from gridward.web.moments import is_chinese, moment

register = template.Library()

JOINT_STEPS: Mapping[str, Callable[[], str]] = {
    "call_joint": lambda: _("Bodies called together"),
    "joint_take": lambda: _("Turned up to assist"),
    "joint_finish": lambda: _("Assisting body: part done"),
    "joint_give_back": lambda: _("Assisting body: part given back"),
    "joint_excuse": lambda: _("Goes on without an assisting body"),
    "joint_rate_turnout": lambda: _("Turning up rated"),
    "joint_rate_need": lambda: _("The call rated"),
}


def _part(body: Mapping[str, str]) -> str:
    """A called body by the name it had, with what it is to do."""
    name = body["zh"] if is_chinese() else body["en"]
    colon = "：" if is_chinese() else ": "
    return f"{name}{colon}{body['task']}" if body.get("task") else name


JOINT_SPOKEN: dict[str, Callable[[Any], str]] = {
    "assistants": lambda bodies: "\n".join(_part(one) for one in bodies),
    "meet_at": lambda at: _("All meet there at %(moment)s") % {"moment": moment(datetime.fromisoformat(at))},
    "mark": lambda mark: "".join(joint_marks()[side][given] for side, given in mark.items()),
}


@register.filter
def joint_state(row: Any) -> str:
    """Where the task of an assisting body is."""
    return joint_states()[row.state]


@register.filter
def turnout_words(row: Any) -> str:
    """How the caller found the body's turning up."""
    return joint_marks()["turnout"][row.turnout]


@register.filter
def need_words(row: Any) -> str:
    """How the body found the call."""
    return joint_marks()["need"][row.need]

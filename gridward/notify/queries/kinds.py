"""Kinds of messages. An app declares its own as ``MESSAGES`` in its jobs.py; here nothing is known of them."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from gridward.core.errors import RuleBroken
from gridward.work import collected

MOST_VALUE = 60
ONE_SMS, PART_OF_LONG = 70, 67


@dataclass(frozen=True, slots=True)
class Kind:
    """What a message says.

    ``text`` is one sentence in gettext with ``{variables}``: the app, e-mail and SMS say the same. ``number`` is
    that of the SMS template that a gateway registers. ``is_for_staff`` is false for people outside, who are written
    to by SMS or e-mail only. ``given_late`` names variables that are filled while it is sent and never stored.
    """

    code: str
    number: int
    name: Any
    text: Any
    is_for_staff: bool = True
    given_late: frozenset[str] = frozenset()

    @property
    def variables(self) -> tuple[str, ...]:
        """Names in the order of the Chinese sentence, as gateways number them."""
        with override("zh-hans"):
            return names_in(str(self.text))


OWN = (
    Kind("notify.digest", 1, _("Several messages at the start of a shift"),
         _("{count} new messages wait for you. Please sign in to read them.")),
    Kind("notify.trial", 2, _("A trial of a channel"),
         _("This is a trial message of the grid platform, number {number}. Nothing needs to be done.")),
    Kind("notify.webhook_disabled", 3, _("A webhook was switched off"),
         _("The webhook “{name}” failed {count} times in a row and was switched off. Please look at its log.")),
)  # fmt: skip


def names_in(text: str) -> tuple[str, ...]:
    """The variables of a sentence, each once, in order."""
    return tuple(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(text) if name))


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of every app by its code. Raises ValueError when two share a code or a template's number."""
    found = (*OWN, *collected.messages())
    if len({kind.code for kind in found}) + len({kind.number for kind in found}) != 2 * len(found):
        raise ValueError("two kinds of messages share a code or a number")
    return {kind.code: kind for kind in found}


def check_variables(kind: Kind, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What fills the sentence, and nothing besides.

    Raises RuleBroken ``notify.variables_wrong`` for a missing or extra one, or one that is no short plain value.
    """
    fits = all(isinstance(v, int) or (isinstance(v, str) and len(v) <= MOST_VALUE) for v in variables.values())
    if set(variables) != set(kind.variables) - kind.given_late or not fits:
        raise RuleBroken("notify.variables_wrong", kind=kind.code)
    return dict(variables)


def spoken(code: str, variables: Mapping[str, Any]) -> str:
    """A message's sentence in the language in force; the code where no app has that kind any more."""
    kind = kinds().get(code)
    return str(kind.text).format_map(_Missing(variables)) if kind else code


class _Missing(dict[str, Any]):
    """A message outlives a change of its sentence: what it does not hold is left out."""

    def __missing__(self, key: str) -> str:
        return "…"


def sms_text(kind: Kind, variables: Mapping[str, Any], signature: str) -> str:
    """The whole SMS in Chinese, as gateways register it, with the signature in front."""
    with override("zh-hans"):
        return f"【{signature}】{spoken(kind.code, variables)}"


def sms_parts(text: str) -> int:
    """How many SMS a text is billed as: 70 characters in one, 67 in each part of a longer one."""
    return 1 if len(text) <= ONE_SMS else -(-len(text) // PART_OF_LONG)

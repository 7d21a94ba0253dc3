"""Words of administration."""

from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gridward.accounts import queries
from gridward.core.workflow.roles import Role

register = template.Library()

VERBS = {
    "accounts.create_user": _("Account made"),
    "accounts.rename_user": _("Name corrected"),
    "accounts.grant_role": _("Role given"),
    "accounts.withdraw_grant": _("Role withdrawn"),
    "accounts.change_password": _("Password changed"),
    "accounts.reset_password": _("New slip"),
    "accounts.sign_out_device": _("Device signed out"),
    "accounts.sign_out_devices": _("All devices signed out"),
    "accounts.leave_organisation": _("Left the organisation"),
    "accounts.undo_import": _("Import undone"),
    "accounts.export_people": _("List of people exported"),
    "accounts.create_body": _("Body made"),
    "accounts.change_body": _("Body changed"),
    "accounts.set_guides": _("Guided bodies named"),
    "accounts.end_body": _("Body ended"),
    "duties.create_shift": _("Shift made"),
    "duties.close_shift": _("Shift ended"),
    "grids.assign_post": _("Post given"),
    "grids.end_post": _("Post ended"),
}
# The first that a browser's own line names: each also names those it descends from.
BROWSERS = {"MicroMessenger": _("WeChat"), "Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"HarmonyOS": "HarmonyOS", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
           "Mac OS X": "macOS", "Linux": "Linux"}  # fmt: skip
LEFT_BEHIND = {
    "cases": _("Open cases that are being handled"),
    "inspections": _("Inspections that wait for this person"),
    "posts": _("Posts in grids"),
}


@register.filter
def verb_words(verb: str) -> Any:
    """What an entry says happened."""
    return VERBS.get(verb, verb)


@register.filter
def device_words(label: str) -> str:
    """``Chrome · Windows`` of the line that a browser sends about itself; another line stays as it is."""
    known = (next((name for sign, name in names.items() if sign in label), "") for names in (BROWSERS, SYSTEMS))
    return " · ".join(str(name) for name in known if name) or label[:60] or "–"


@register.filter
def left_words(kind: str) -> Any:
    """What somebody who leaves leaves behind."""
    return LEFT_BEHIND.get(kind, kind)


@register.filter
def role_words(role: str) -> str:
    """A role in the reader's language; what is no role stays as it is."""
    if role not in list(Role):
        return role
    known = Role(role)
    return known.zh if (get_language() or "zh").startswith("zh") else known.en


@register.filter
def called(row: Any) -> str:
    """A body or division by its name in the reader's language; nothing for none."""
    return queries.named(row) if row is not None else ""

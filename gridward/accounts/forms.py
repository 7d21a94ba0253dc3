"""Forms of sign-in and administration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridward.web.forms import PlainForm


class ChangePasswordForm(PlainForm):
    """One's own password."""

    old = forms.CharField(
        label=_("Old password, or the one on the slip"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    new = forms.CharField(
        label=_("New password"), strip=False, help_text=_("At least 10 characters; a short sentence is easy to keep."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("New password once more"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("The two do not match."))
        return given

"""Forms of the private page: rate, add, ask for a second look, remind; each with the id that makes twice once."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.cases.actions.texts import MOST_TEXT
from gridward.portal.forms.photos import OpenDoorPhotos
from gridward.portal.forms.words import Words
from gridward.web.forms import PlainForm


class MoveForm(PlainForm):
    """A move of the reporter; a double click sends the same ``action_uuid``."""

    action_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"action_uuid": uuid.uuid4()}, prefix=self.prefix, **kwargs)
        self._label()

    def _label(self) -> None:
        """Labels in the reader's language."""

    def given(self) -> dict[str, Any]:
        """The fields of the move."""
        return {}


class RatingForm(MoveForm):
    """Solved? How content? Anything to add? All may be skipped."""

    prefix = "rate"
    solved = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    satisfied = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    words = Words(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def _label(self) -> None:
        content = (_("Very content"), _("Content"), _("So-so"), _("Not content"), _("Not content at all"))
        self.fields["solved"].choices = [("yes", _("Yes, it is solved")), ("no", _("No, not yet"))]
        self.fields["satisfied"].choices = [(str(5 - n), word) for n, word in enumerate(content)]
        self.fields["solved"].label = _("Is it solved?")
        self.fields["satisfied"].label = _("How content are you?")
        self.fields["words"].label = _("Why? Anything to add?")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) for name in ("solved", "satisfied", "words")):
            raise forms.ValidationError(_("Nothing was chosen. You may also leave this page as it is."))
        return cleaned

    def given(self) -> dict[str, Any]:
        stars = self.cleaned_data["satisfied"]
        return {
            "solved": {"yes": True, "no": False}.get(self.cleaned_data["solved"]),
            "satisfied": int(stars) if stars else None, "words": self.cleaned_data["words"],
        }  # fmt: skip


class MoreForm(MoveForm):
    """What we should know besides."""

    prefix = "supplement"
    words = Words(min_length=4, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))
    photos = OpenDoorPhotos(required=False)

    def _label(self) -> None:
        self.fields["words"].label = _("What we should know")
        self.fields["photos"].label = _("Photos, at most five")

    def given(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["words"], "photo": self.cleaned_data["photos"]}


class ReviewForm(MoveForm):
    """Why the outcome is not right."""

    prefix = "review"
    words = Words(min_length=6, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))

    def _label(self) -> None:
        self.fields["words"].label = _("What is not right about the outcome")

    def given(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["words"]}


class UnsolvedForm(MoveForm):
    """What is still wrong: the work goes on under the same number."""

    prefix = "unsolved"
    words = Words(min_length=6, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))
    photos = OpenDoorPhotos(required=False)

    def _label(self) -> None:
        self.fields["words"].label = _("What is still not right")
        self.fields["photos"].label = _("Photos, at most five")

    def given(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["words"], "photo": self.cleaned_data["photos"]}


class RemindForm(MoveForm):
    """Nothing to fill in."""

    prefix = "remind"


FORMS: dict[str, type[MoveForm]] = {
    "rate": RatingForm, "reopen_unsolved": UnsolvedForm, "supplement": MoreForm, "ask_review": ReviewForm,
    "remind": RemindForm,
}  # fmt: skip

"""What a contractor or one's own phone sends by a link: photos by kind, and a contractor's short result."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.cases.actions.texts import MOST_TEXT
from gridward.files.storing import Prepared
from gridward.portal.forms.photos import OpenDoorPhotos
from gridward.portal.forms.words import Words
from gridward.web.forms import PlainForm


class HelpingForm(PlainForm):
    """One field of photos for each kind that the link takes; words only from a contractor."""

    def __init__(self, *args: Any, fields: list[str], asks_words: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"before_photo": _("Photos before the work"), "after_photo": _("Photos after the work"),
                 "photo": _("Photos")}  # fmt: skip
        self.photo_fields = fields
        for code in fields:
            self.fields[code] = OpenDoorPhotos(required=False, label=words[code])
        if asks_words:
            area = forms.Textarea(attrs={"rows": 3, "class": "form-control"})
            self.fields["result"] = Words(min_length=4, max_length=MOST_TEXT, widget=area, label=_("What was done"))
        for code in fields:
            self.fields[code].widget.attrs |= {"class": "form-control"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        nothing = "result" not in self.fields and not any(cleaned.get(code) for code in self.photo_fields)
        if nothing and not self.errors:
            raise forms.ValidationError(_("Please add a photo."))
        return cleaned

    def photos(self) -> dict[str, list[Prepared]]:
        """The photos by field."""
        return {code: self.cleaned_data.get(code) or [] for code in self.photo_fields}

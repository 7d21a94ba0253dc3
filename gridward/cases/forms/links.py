"""The form with which a case is given to a contractor."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.cases.actions.linking import MOST_DAYS, MOST_NAME, MOST_TASK
from gridward.web.forms import PlainForm

USUAL_DAYS = 7


class LinkForm(PlainForm):
    """Who does the work, what to do, which photos they see, and for how long."""

    name = forms.CharField(max_length=MOST_NAME)
    task = forms.CharField(max_length=MOST_TASK, min_length=4, widget=forms.Textarea(attrs={"rows": 3}))
    photos = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS)

    def __init__(self, *args: Any, photos: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = (_("Company or team"), _("What to do there"), _("Photos that they see"), _("How many days it holds"))
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label
        self.fields["name"].help_text = _("No names of people: it is kept with the case.")
        self.fields["task"].help_text = _("They see the place and these words, never the report or who made it.")
        self.fields["photos"].choices = photos
        self.fields["photos"].help_text = _("Look for faces, names and number plates first.")
        if not photos:
            del self.fields["photos"]

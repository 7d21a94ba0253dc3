"""The filters of the page of figures."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.cases.forms.filters import named_codes
from gridward.web.forms import PlainForm


def _month() -> forms.CharField:
    return forms.CharField(required=False, max_length=7, widget=forms.TextInput(attrs={"type": "month"}))


class FiguresForm(PlainForm):
    """What the address may hold; read again by FiguresWish."""

    hides_optional = True
    since = _month()
    until = _month()
    area = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = (_("From month"), _("to month"), _("Area"))
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label
        choice = self.fields["area"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("All")), *named_codes(areas)]

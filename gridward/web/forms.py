"""How forms are drawn and read: plain error sentences, kept input, no script needed.

``PlainRenderer`` draws every form of the project. ``PlainForm`` (and ``ReviewedForm`` for model forms) takes a
form that was only being looked over or had a point placed as not yet sent.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

PLAIN_WIDGETS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.HiddenInput)
TEMPLATES = Path(__file__).parent / "templates"


class PlainRenderer(DjangoTemplates):
    """Form pieces come from the templates of the shell first, then from Django's own."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"

    @cached_property
    def engine(self) -> Any:
        own_first = [TEMPLATES, Path(django.forms.__file__).parent / "templates"]
        return self.backend({"APP_DIRS": True, "DIRS": own_first, "NAME": "web-forms", "OPTIONS": {}})


def style_widgets(form: forms.BaseForm) -> None:
    """The classes that the style sheet knows, on every visible control."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, PLAIN_WIDGETS):
            continue
        known = "form-select" if isinstance(widget, forms.Select) else "form-control"
        widget.attrs["class"] = f"{known} {widget.attrs.get('class', '')}".strip()


def speak_plainly(form: forms.BaseForm) -> None:
    """An empty field is asked for in a spoken sentence, where the field has none of its own."""
    for field in form.fields.values():
        if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
            chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
            field.error_messages["required"] = _("Please choose.") if chosen else _("Please fill this in.")
        for code, sentence in _sentences_for(field).items():
            if field.error_messages.get(code, "") in (field.default_error_messages.get(code, ""), ""):
                field.error_messages[code] = sentence


def _sentences_for(field: forms.Field) -> dict[str, Any]:
    """What is said of an answer that cannot be read, too small, too large or too long."""
    said: dict[str, Any] = {"min_value": _("At least %(limit_value)s."), "max_value": _("At most %(limit_value)s.")}
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return {"invalid_choice": _("Please choose one of those offered.")}
    if isinstance(field, forms.FloatField | forms.DecimalField):
        return said | {"invalid": _("Please give a number.")}
    if isinstance(field, forms.IntegerField):
        return said | {"invalid": _("Please give a whole number.")}
    if isinstance(field, forms.DateField):
        return {"invalid": _("Please give a day, like 2026-05-01.")}
    return {"max_length": _("At most %(limit_value)d characters; these are %(show_value)d.")}


def is_only_looked_at(data: Any) -> bool:
    """True when a form came back to be looked over, or by a tap or button on its map, and not to be sent."""
    return any(name == "_review" or name.endswith((".x", "_view")) for name in data or ())


class ReviewedForm:
    """Mixin before forms.Form or forms.ModelForm."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_widgets(self)  # type: ignore[arg-type]
        speak_plainly(self)  # type: ignore[arg-type]

    @property
    def is_being_looked_at(self) -> bool:
        return is_only_looked_at(self.data)  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        if self.is_being_looked_at:
            self._errors = forms.utils.ErrorDict()

    def is_valid(self) -> bool:
        return bool(super().is_valid()) and not self.is_being_looked_at  # type: ignore[misc]


class PlainForm(ReviewedForm, forms.Form):
    """The form class of every page."""

"""Forms of categories and their standards."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.cases.actions.standards import StandardText
from gridward.cases.forms.moves import NamedChoice
from gridward.cases.models import Category, Standard
from gridward.cases.queries.choices import HANDLING_KINDS
from gridward.cases.words import UNIT_WORDS, limit_words
from gridward.web.forms import PlainForm

FLAGS = ("is_in_use", "is_public", "is_shown_nearby", "is_urgent", "needs_before_photo", "needs_after_photo",
         "allows_desk_check", "allows_self_handling")  # fmt: skip
TEXTS = ("filing_zh", "filing_en", "closing_zh", "closing_en")


def unit_choices() -> list[tuple[str, str]]:
    """Units with an ellipsis for their number."""
    return [(unit, limit_words("…", unit)) for unit in UNIT_WORDS if unit != "shift_minute"]


class ListForm(PlainForm):
    """A list of categories and standards."""

    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".csv"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("CSV list")


class CategoryForm(PlainForm):
    """How residents read a category, who handles it, what it asks for."""

    public_zh = forms.CharField(required=False, max_length=60)
    public_en = forms.CharField(required=False, max_length=120)
    synonyms = forms.CharField(required=False, max_length=500)
    default_body = NamedChoice(Body.objects.none(), required=False)
    is_in_use = forms.BooleanField(required=False)
    is_public = forms.BooleanField(required=False)
    is_shown_nearby = forms.BooleanField(required=False)
    is_urgent = forms.BooleanField(required=False)
    needs_before_photo = forms.BooleanField(required=False)
    needs_after_photo = forms.BooleanField(required=False)
    allows_desk_check = forms.BooleanField(required=False)
    allows_self_handling = forms.BooleanField(required=False)

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        names = [*self.base_fields]
        initial = {name: getattr(category, name) for name in names} | {"default_body": category.default_body_id}
        super().__init__(*args, initial=initial, **kwargs)
        bodies = Body.objects.filter(district_id=category.district_id, kind__in=HANDLING_KINDS, valid_to__isnull=True)
        self.fields["default_body"].queryset = bodies.order_by("sort_key")
        labels = (
            _("Plain name in Chinese"), _("Plain name in English"), _("Spoken words, separated by spaces"),
            _("Usual responsible body"), _("In use"), _("Offered to residents"), _("May appear among nearby reports"),
            _("Urgent: the clock runs day and night"), _("Asks for a photo before the work"),
            _("Asks for a photo after the work"), _("May be inspected by photo"),
            _("A grid worker may handle it on the spot"),
        )  # fmt: skip
        for name, label in zip(names, labels, strict=True):
            self.fields[name].label = label


class StandardForm(PlainForm):
    """One standard from a day on."""

    n = forms.IntegerField(min_value=1, max_value=99)
    filing_zh = forms.CharField(max_length=200)
    filing_en = forms.CharField(max_length=300)
    closing_zh = forms.CharField(max_length=200)
    closing_en = forms.CharField(max_length=300)
    limit_value = forms.IntegerField(min_value=1, max_value=1000)
    limit_unit = forms.ChoiceField()
    make_safe_value = forms.IntegerField(required=False, min_value=1, max_value=1000)
    make_safe_unit = forms.ChoiceField(required=False)
    closes_by_notice = forms.BooleanField(required=False)
    basis = forms.CharField(required=False, max_length=200)
    valid_from = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, standard: Standard | None, n: int, today: date, **kwargs: Any) -> None:
        names = [*self.base_fields]
        initial: dict[str, Any] = {name: getattr(standard, name) for name in names} if standard else {"n": n}
        super().__init__(*args, initial={**initial, "valid_from": today}, **kwargs)
        labels = (
            _("Number"), _("To be filed when (Chinese)"), _("To be filed when (English)"),
            _("To be closed when (Chinese)"), _("To be closed when (English)"), _("Limit"), _("Counted in"),
            _("Limit to make safe"), _("Limit to make safe, counted in"), _("Also closed by a written answer"),
            _("Basis in law"), _("Holds from"),
        )  # fmt: skip
        for name, label in zip(names, labels, strict=True):
            self.fields[name].label = label
        self.fields["limit_unit"].choices = unit_choices()
        self.fields["make_safe_unit"].choices = [("", "—"), *unit_choices()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("make_safe_value")) != bool(cleaned.get("make_safe_unit")):
            self.add_error("make_safe_unit", _("A limit to make safe has a number and what it counts, or neither."))
        return cleaned

    def text(self) -> StandardText:
        """What the action takes."""
        given = self.cleaned_data
        names = (*TEXTS, "limit_value", "limit_unit", "make_safe_value", "make_safe_unit", "closes_by_notice", "basis")
        return StandardText(**{name: given[name] for name in names})

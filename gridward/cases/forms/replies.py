"""The form of the words of a reply, and the choice of whose they are."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.cases.actions.replies import MOST
from gridward.cases.forms.filters import family_name
from gridward.cases.forms.moves import category_name
from gridward.cases.models.category import Family
from gridward.cases.queries.choices import categories_of
from gridward.core.errors import RuleBroken
from gridward.core.feedback.replies import check_words
from gridward.web.forms import PlainForm
from gridward.web.moments import is_chinese


class ReplyForm(PlainForm):
    """Both languages; what stands in braces is of the closed list."""

    zh = forms.CharField(max_length=MOST, min_length=6, widget=forms.Textarea(attrs={"rows": 5}))
    en = forms.CharField(max_length=MOST, min_length=6, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zh"].label, self.fields["en"].label = _("In Chinese"), _("In English")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("zh", "en"):
            try:
                check_words(cleaned.get(name, ""))
            except RuleBroken as refused:
                self.add_error(name, refused.sentence("zh" if is_chinese() else "en"))
        return cleaned


def scope_choices(district_id: int) -> list[tuple[str, Any]]:
    """All, the families, and every category."""
    families = [(f"family:{one.value}", family_name(one.value)) for one in Family]
    kinds = [(f"category:{row.pk}", category_name(row)) for row in categories_of(district_id)]
    return [("all", _("All matters")), (_("Families"), families), (_("Categories"), kinds)]


def scope_words(scope: str, names: dict[int, str]) -> str:
    """Whose words they are; ``names`` of categories by id."""
    kind, _colon, chosen = scope.partition(":")
    if kind == "category":
        return names.get(int(chosen), "")
    return family_name(chosen) if kind == "family" else _("All matters")

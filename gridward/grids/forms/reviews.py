"""Opening a draft for comments, commenting, answering; stating the four public items."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.grids.forms.plans import SoonField
from gridward.grids.models import Grid, GridPlan, PlanComment
from gridward.grids.queries.plans import shapes_of
from gridward.grids.queries.publishing import Notices
from gridward.grids.words import item_words, named, outcome_words
from gridward.web.forms import PlainForm

MOST_WORDS = 1000


class ReviewForm(PlainForm):
    """The last day on which comments are taken."""

    until = SoonField()

    def __init__(self, data: Any = None, *, until: date) -> None:
        super().__init__(data, initial={"until": until})
        self.fields["until"].today = until  # type: ignore[attr-defined]
        self.fields["until"].label = _("Comments until the end of")


class CommentForm(PlainForm):
    """What is said, of the whole plan or of one grid."""

    hides_optional = True
    grid = forms.ChoiceField(required=False)
    words = forms.CharField(max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, plan: GridPlan) -> None:
        super().__init__(data)
        held = shapes_of(plan).defer("shape").select_related("grid").order_by("grid__code")
        self.grids = {shape.grid.code: shape.grid for shape in held}
        self.fields["grid"].label, self.fields["words"].label = _("About"), _("Your comment")
        self.fields["words"].help_text = _("About the drawing, not about people: everybody of the area reads it.")
        field = self.fields["grid"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("the whole plan")), *((code, named(grid)) for code, grid in self.grids.items())]

    def values(self) -> dict[str, Any]:
        """What ``comment_plan`` takes."""
        grid: Grid | None = self.grids.get(self.cleaned_data["grid"])
        return {"words": self.cleaned_data["words"], "grid": grid}


class AnswerForm(PlainForm):
    """What became of a comment, and why."""

    outcome = forms.ChoiceField()
    answer = forms.CharField(max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, comment: PlanComment) -> None:
        super().__init__(data, prefix=f"c{comment.n}")
        self.fields["outcome"].label, self.fields["answer"].label = _("What became of it"), _("Answer, with the reason")
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(outcome_words().items())


class NoticeForm(PlainForm):
    """The four items in both languages."""

    hides_optional = True

    def __init__(self, data: Any = None, *, held: Notices) -> None:
        super().__init__(data)
        for item, word in item_words().items():
            row = held.get(item)
            for language, label, words in (("zh", word, row and row.words_zh), ("en", _("%s, in English") % word,
                                                                                row and row.words_en)):  # fmt: skip
                self.fields[f"{item}_{language}"] = forms.CharField(
                    required=False, max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 2}), label=label,
                    initial=words or "",
                )  # fmt: skip

    def values(self) -> dict[str, tuple[str, str]]:
        """What ``state_notices`` takes."""
        given = self.cleaned_data
        return {item: (given[f"{item}_zh"], given[f"{item}_en"]) for item in item_words()}

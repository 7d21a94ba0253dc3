"""Forms of the call-backs: drawing a sample, and what was said on the phone."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.cases.actions.texts import MOST_TEXT
from gridward.cases.forms.moves import NamedChoice
from gridward.core.feedback.sampling import PERMILLE, usual_calling
from gridward.web.forms import PlainForm


def _day() -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class DrawForm(PlainForm):
    """Of which days, for whom, how many; offered is the month that ended last."""

    body = NamedChoice(Body.objects.none(), empty_label=None)
    since, until = _day(), _day()
    percent = forms.DecimalField(min_value=0.1, max_value=100, decimal_places=1)

    def __init__(self, *args: Any, bodies: QuerySet[Body], month: tuple[date, date], **kwargs: Any) -> None:
        calling = usual_calling()
        first = {"since": month[0], "until": month[1], "percent": calling.share_permille * 100 / PERMILLE}
        super().__init__(*args, initial=first, **kwargs)
        chosen = self.fields["body"]
        assert isinstance(chosen, NamedChoice)
        chosen.queryset = bodies
        labels = (_("Who calls"), _("Ended from"), _("to"), _("Share in percent"))
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label
        told = {"least": calling.least, "most": calling.most}
        self.fields["percent"].help_text = _("At least %(least)s cases, at most %(most)s.") % told

    @property
    def share_permille(self) -> int:
        return int(self.cleaned_data["percent"] * PERMILLE / 100)


class CallForm(PlainForm):
    """The three questions, and whether it is to be opened again."""

    hides_optional = True

    solved = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    satisfied = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    words = forms.CharField(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    reopen = forms.CharField(
        required=False, min_length=6, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content = (_("Very content"), _("Content"), _("So-so"), _("Not content"), _("Not content at all"))
        answers = {
            "solved": [("yes", _("Yes, it is solved")), ("no", _("No, not yet")), ("", _("No answer"))],
            "satisfied": [*((str(5 - n), word) for n, word in enumerate(content)), ("", _("No answer"))],
        }
        for name, choices in answers.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        labels = (
            _("Is it solved?"),
            _("How content are you?"),
            _("Why?"),
            _("To be worked on again: what is not right"),
        )
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("solved") or cleaned.get("satisfied")):
            raise forms.ValidationError(_("Neither question was answered: choose “does not wish to answer”."))
        return cleaned

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        return {
            "solved": {"yes": True, "no": False}.get(said["solved"]), "words": said["words"],
            "stars": int(said["satisfied"]) if said["satisfied"] else None, "reopen": said["reopen"],
        }  # fmt: skip

"""Forms of joint handling: the call, the answer to it, the rating after it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.cases.actions.joint import LEAST_PURPOSE, LEAST_WORDS, MOST_HOURS, MOST_RATING_WORDS, MOST_WORDS, Wanted
from gridward.cases.forms.moves import MOST_TEXT, NamedChoice
from gridward.cases.words import joint_marks
from gridward.core.workflow.joint import ACTS, MOST_ASSISTANTS, Side
from gridward.web.forms import PlainForm, speak_plainly, style_widgets

USUAL_HOURS = 16


def _words(least: int, most: int, *, required: bool) -> forms.CharField:
    return forms.CharField(
        required=required, min_length=least or None, max_length=most, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip


class CallForm(PlainForm):
    """What it is about, until when, and up to six bodies with what each is to do."""

    hides_optional = True
    purpose = _words(LEAST_PURPOSE, MOST_WORDS, required=True)
    hours = forms.IntegerField(min_value=1, max_value=MOST_HOURS, initial=USUAL_HOURS)
    meet_at = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, *args: Any, bodies: QuerySet[Body], is_urgent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].label = _("Why you call them")
        self.fields["purpose"].help_text = _("All called bodies and the lead read this. No names of people.")
        self.fields["hours"].label = _("Hours that each has")
        self.fields["hours"].help_text = (
            _("Urgent: the hours run on by day and night.") if is_urgent
            else _("Working hours of each body; its clock starts at its next working minute.")
        )  # fmt: skip
        self.fields["meet_at"].label = _("All meet there at")
        self.fields["meet_at"].help_text = _("Leave it open where nobody has to meet.")
        for n in range(1, MOST_ASSISTANTS + 1):
            self.fields[f"body{n}"] = NamedChoice(bodies, required=n == 1, empty_label=_("Choose"),
                                                  label=_("Assisting body %(n)s") % {"n": n})  # fmt: skip
            self.fields[f"task{n}"] = _words(LEAST_WORDS, MOST_WORDS, required=n == 1)
            self.fields[f"task{n}"].label = _("What it is to do")
            self.fields[f"task{n}"].widget.attrs["rows"] = 2
        style_widgets(self)
        speak_plainly(self)

    def head(self) -> list[forms.BoundField]:
        """What holds for all of them."""
        return [self["purpose"], self["hours"], self["meet_at"]]

    def pairs(self) -> list[list[forms.BoundField]]:
        """Each body with what it is to do; the first two are always shown."""
        return [[self[f"body{n}"], self[f"task{n}"]] for n in range(1, MOST_ASSISTANTS + 1)]

    def needs_more(self) -> bool:
        """Whether one of the further rows holds something already."""
        return any(bound.value() for pair in self.pairs()[2:] for bound in pair)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for n in range(2, MOST_ASSISTANTS + 1):
            if given.get(f"body{n}") and not given.get(f"task{n}") and f"task{n}" not in self.errors:
                self.add_error(f"task{n}", _("Say what this body is to do."))
            if given.get(f"task{n}") and not given.get(f"body{n}") and f"body{n}" not in self.errors:
                self.add_error(f"body{n}", _("Say which body is to do this."))
        return given

    def wanted(self) -> list[Wanted]:
        """The bodies that were named, in order."""
        given: Mapping[str, Any] = self.cleaned_data
        pairs = ((given[f"body{n}"], given[f"task{n}"]) for n in range(1, MOST_ASSISTANTS + 1))
        return [Wanted(body.pk, task) for body, task in pairs if body]


class ActForm(PlainForm):
    """The words of an act on a task; turning up needs none."""

    def __init__(self, *args: Any, act: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ACTS[act].least:
            self.fields["words"] = _words(ACTS[act].least, MOST_TEXT, required=True)
            self.fields["words"].label = _("What your body did") if act == "finish" else _("For what reason")
        style_widgets(self)
        speak_plainly(self)


class RateForm(PlainForm):
    """One of three answers, and words."""

    mark = forms.ChoiceField(widget=forms.RadioSelect)
    words = _words(0, MOST_RATING_WORDS, required=False)

    def __init__(self, *args: Any, side: Side, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mark"].label = _("How the body turned up") if side is Side.CALLER else _("How the call was")
        answers = joint_marks()["turnout" if side is Side.CALLER else "need"]
        self.fields["mark"].choices = list(answers.items())  # type: ignore[attr-defined]
        self.fields["words"].label = _("Anything to add")
        self.fields["words"].help_text = _("Of the body, never of a person.")

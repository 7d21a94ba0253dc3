"""Forms of handing a shift over, and of a reminder made by phone."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.cases.actions.phoning import MOST_PROMISED
from gridward.cases.actions.shift_change import MOST_NOTE
from gridward.cases.actions.texts import MOST_TEXT
from gridward.cases.forms.moves import NamedChoice, named
from gridward.cases.models import Case, PhoneReminder
from gridward.web.forms import PlainForm


class GiveForm(PlainForm):
    """What the lists do not say."""

    notes = forms.CharField(required=False, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notes"].label = _("What else the next shift has to know")
        self.fields["notes"].help_text = _("No names and phones of residents: it is kept.")


class TakeForm(PlainForm):
    """What the next shift answers."""

    note = forms.CharField(required=False, max_length=MOST_NOTE, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Anything to add")


def post_words() -> dict[str, str]:
    return {
        PhoneReminder.Post.DESK: _("its desk"), PhoneReminder.Post.DUTY_ROOM: _("its duty room"),
        PhoneReminder.Post.TEAM: _("the team on the spot"), PhoneReminder.Post.LEADER: _("who leads it"),
    }  # fmt: skip


def _with_phone(body: Any) -> str:
    return f"{named(body)} {body.duty_phone}".strip()


class PhoneForm(PlainForm):
    """Which body was rung up, at which post, and what was promised."""

    body = NamedChoice(Body.objects.none(), shown=_with_phone, empty_label=None)
    post = forms.ChoiceField()
    was_reached = forms.TypedChoiceField(coerce=lambda said: said == "yes", widget=forms.RadioSelect, initial="yes")
    promised = forms.CharField(
        required=False, max_length=MOST_PROMISED, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip
    promised_by = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, *args: Any, case: Case, bodies: QuerySet[Body], **kwargs: Any) -> None:
        initial = {"body": case.body_id} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["body"].queryset = bodies
        self.fields["post"].choices = list(post_words().items())
        self.fields["was_reached"].choices = [("yes", _("reached")), ("no", _("not reached"))]
        labels = {"body": _("Body"), "post": _("Who was spoken to"), "was_reached": _("Was somebody there?"),
                  "promised": _("What was promised"), "promised_by": _("Until when")}  # fmt: skip
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["post"].help_text = _("The post is enough; no name of a person.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        promised: datetime | None = given.get("promised_by")
        if promised and not given.get("promised"):
            self.add_error("promised", _("Please say what was promised until then."))
        return given

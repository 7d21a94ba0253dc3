"""Which papers to print together: a form, a day, and whose."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.forms.filters import named_codes
from gridward.cases.models import Case
from gridward.cases.queries.choices import HANDLING_KINDS
from gridward.cases.queries.papers import MOST_SHEETS
from gridward.core.papers.forms import Form
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.web.forms import PlainForm
from gridward.web.moments import is_chinese


class PaperChoiceForm(PlainForm):
    """Everything stands in the address; without a day it is today."""

    MOST = MOST_SHEETS
    hides_optional = True
    form = forms.ChoiceField()
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    body = forms.ChoiceField(required=False)
    community = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, papers: Sequence[Form], district: District, at: datetime) -> None:
        super().__init__(*args)
        self.today = local_day(district, at)
        labels = (_("Form"), _("Day"), _("Responsible body"), _("Community"))
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label
        self.fields["day"].initial = self.today
        self._choices(papers, district.pk)

    def _choices(self, papers: Sequence[Form], district_id: int) -> None:
        every = ("", _("All"))
        bodies = Body.objects.filter(district_id=district_id, kind__in=HANDLING_KINDS, valid_to__isnull=True)
        communities = Division.objects.filter(
            district_id=district_id, level=Division.Level.COMMUNITY, is_in_use=True
        ).order_by("sort_key")  # fmt: skip
        self._set("form", [(one.code, one.zh if is_chinese() else one.en) for one in papers])
        self._set("body", [every, *named_codes(bodies.order_by("sort_key"))])
        self._set("community", [every, *named_codes(communities)])

    def _set(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_day(self) -> Any:
        return self.cleaned_data["day"] or self.today

    def narrow(self, rows: QuerySet[Case]) -> QuerySet[Case]:
        """Cases of the chosen body and community only."""
        wanted = {"body__code": self.cleaned_data["body"], "community__code": self.cleaned_data["community"]}
        return rows.filter(**{name: value for name, value in wanted.items() if value})


class TemplateForm(PlainForm):
    """A template of one's own."""

    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".docx"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Template (.docx)")

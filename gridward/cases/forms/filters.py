"""The filter bar of the list and the map of cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.models.category import Family
from gridward.core.workflow.parse import load
from gridward.web.forms import PlainForm
from gridward.web.moments import is_chinese

FAMILY_NAMES = {
    Family.CITY_MANAGEMENT: ("城市管理", "City management"),
    Family.HELP: ("求助服务", "Help"),
    Family.DISPUTE: ("矛盾纠纷", "Disputes"),
    Family.VOICE: ("咨询建议投诉", "Questions and complaints"),
}


def family_name(family: str) -> str:
    zh, en = FAMILY_NAMES[Family(family)]
    return zh if is_chinese() else en


def named_codes(rows: Any) -> list[tuple[str, str]]:
    """(code, name in the reader's language) of a queryset."""
    return [(row.code, row.name_zh if is_chinese() else row.name_en) for row in rows]


class CaseFilterForm(PlainForm):
    """What the address may hold; read again by CaseFilter."""

    hides_optional = True
    q = forms.CharField(required=False, max_length=80)
    condition = forms.ChoiceField(required=False)
    family = forms.ChoiceField(required=False)
    stage = forms.ChoiceField(required=False)
    subdistrict = forms.ChoiceField(required=False)
    body = forms.ChoiceField(required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, district_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = (_("Words or number"), _("Condition"), _("Family"), _("Stage"), _("Subdistrict"), _("Body"),
                  _("Reported since"), _("until"))  # fmt: skip
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label
        self._choices(district_id)

    def _choices(self, district_id: int) -> None:
        every = ("", _("All"))
        stages = load().stages
        subdistricts = Division.objects.filter(
            district_id=district_id, level=Division.Level.SUBDISTRICT, is_in_use=True
        )
        handling = Body.objects.filter(district_id=district_id, kind__in=("department", "subdistrict_office"))
        self._set("condition", conditions())
        self._set("family", [every, *((f.value, family_name(f)) for f in Family)])
        self._set("stage", [every, *((str(s.number), s.zh if is_chinese() else s.en) for s in stages)])
        self._set("subdistrict", [every, *named_codes(subdistricts.order_by("sort_key"))])
        self._set("body", [every, *named_codes(handling.order_by("sort_key"))])

    def _set(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def conditions() -> list[tuple[str, str]]:
    """The sets that the overview counts, by name."""
    return [
        ("open", _("Open")), ("late", _("Late")), ("due_today", _("Due today")), ("reopened", _("Reopened")),
        ("disputed", _("Waiting for a ruling")), ("suspended", _("Suspended")), ("closed", _("Closed")),
        ("special", _("Closed by special approval")), ("unsolved", _("Not solvable now")),
        ("all", _("All")),
    ]  # fmt: skip

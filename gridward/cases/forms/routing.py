"""The form of a routing rule: every condition may stay open, one target is chosen."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.forms.filters import family_name
from gridward.cases.forms.moves import NamedChoice, group_name, named
from gridward.cases.models import RoutingRule
from gridward.cases.models.category import Family
from gridward.cases.queries.choices import HANDLING_KINDS, categories_of
from gridward.cases.queries.routing import major_key
from gridward.cases.queries.routing_words import condition_labels
from gridward.cases.words import bodies_of_place, channel_words, place_kinds
from gridward.districts.models import District
from gridward.grids.models import Grid
from gridward.web.forms import PlainForm

LISTS = ("families", "categories", "subdistricts", "communities", "places", "channels")
MOST_GRIDS = 1000
PARTS = (
    ("families", "categories", "is_urgent"), ("subdistricts", "communities", "grids", "places"),
    ("channels", "days", "starts", "ends"), ("body", "body_kind", "reason"),
)  # fmt: skip
YES_NO = {"yes": True, "no": False}


class RuleForm(PlainForm):
    """What is chosen here, ``conditions()`` says as the core keeps it."""

    hides_optional = True
    families = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    categories = forms.MultipleChoiceField(required=False, widget=forms.SelectMultiple(attrs={"size": 10}))
    subdistricts = forms.MultipleChoiceField(required=False, widget=forms.SelectMultiple(attrs={"size": 6}))
    communities = forms.MultipleChoiceField(required=False, widget=forms.SelectMultiple(attrs={"size": 6}))
    grids = forms.CharField(required=False, max_length=MOST_GRIDS)
    places = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    channels = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    is_urgent = forms.ChoiceField(required=False)
    days = forms.ChoiceField(required=False)
    starts = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    body = NamedChoice(Body.objects.none(), required=False, empty_label="—")
    body_kind = forms.ChoiceField(required=False)
    reason = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, district: District, rule: RoutingRule | None, **kwargs: Any) -> None:
        initial = (_initial(rule) if rule else {}) | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        self.district = district
        labels = condition_labels() | {
            "starts": _("From this hour"), "ends": _("until this hour"), "body": _("Send it to"),
            "body_kind": _("or to the place's own"), "reason": _("Why, or the basis in law"),
        }  # fmt: skip
        for name, field in self.fields.items():
            field.label = labels[name]
        self.fields["grids"].help_text = _("Codes, separated by spaces.")
        self.fields["ends"].help_text = _("Both or neither; may pass midnight.")
        self._offer()

    def _offer(self) -> None:
        every = ("", _("either"))
        self._choices("families", [(f.value, family_name(f)) for f in Family])
        self._choices("categories", category_choices(self.district.pk))
        self._choices("places", list(place_kinds().items()))
        self._choices("channels", list(channel_words().items()))
        self._choices("is_urgent", [every, ("yes", _("yes")), ("no", _("no"))])
        self._choices("days", [every, ("working", _("working days")), ("rest", _("days off"))])
        self._choices("body_kind", [("", "—"), *bodies_of_place().items()])
        areas = list(Division.objects.filter(district=self.district, is_in_use=True).order_by("sort_key"))
        level = Division.Level
        self._choices("subdistricts", [(str(a.pk), named(a)) for a in areas if a.level == level.SUBDISTRICT])
        of = {a.pk: named(a) for a in areas}
        communities: dict[str, list[tuple[str, str]]] = {}
        for area in areas:
            if area.level == level.COMMUNITY:
                communities.setdefault(of.get(area.parent_id, ""), []).append((str(area.pk), named(area)))
        self._choices("communities", list(communities.items()))
        bodies = Body.objects.filter(district=self.district, kind__in=HANDLING_KINDS, valid_to__isnull=True)
        self.fields["body"].queryset = bodies.order_by("sort_key")  # type: ignore[attr-defined]

    def parts(self) -> list[tuple[str, list[Any]]]:
        """The fields under what they say: the matter, its place, its hour and source, where it goes."""
        names = (_("What it is about"), _("Where it is"), _("When and how it came"), _("Where it goes"))
        return [(name, [self[one] for one in part]) for name, part in zip(names, PARTS, strict=True)]

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_grids(self) -> list[str]:
        """Ids of the grids whose codes were given."""
        codes = self.cleaned_data["grids"].split()
        known = dict(Grid.objects.filter(district=self.district, code__in=codes).values_list("code", "pk"))
        if missing := [code for code in codes if code not in known]:
            raise forms.ValidationError(_("There is no grid with the code %(code)s.") % {"code": missing[0]})
        return [str(known[code]) for code in codes]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("starts") is None) != (cleaned.get("ends") is None):
            self.add_error("ends", _("Give both hours, or neither."))
        return cleaned

    def conditions(self) -> dict[str, Any]:
        """As the action takes them; what stayed open is left out."""
        given = self.cleaned_data
        chosen: dict[str, Any] = {name: given[name] for name in (*LISTS, "grids") if given[name]}
        if given["is_urgent"]:
            chosen["is_urgent"] = YES_NO[given["is_urgent"]]
        if given["days"]:
            chosen["days"] = given["days"]
        if given["starts"] is not None:
            chosen["hours"] = [_minute(given["starts"]), _minute(given["ends"])]
        return chosen


def _minute(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def category_choices(district_id: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every major class as a whole, then its categories."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in categories_of(district_id).order_by("family", "sort_key"):
        choices = groups.setdefault(group_name(row), [])
        if not choices and row.major_zh:
            choices.append((major_key(row), _("All of: %(major)s") % {"major": group_name(row)}))
        choices.append((str(row.pk), f"{row.code} {named(row)}"))
    return list(groups.items())


def _initial(rule: RoutingRule) -> dict[str, Any]:
    said: Mapping[str, Any] = rule.conditions
    filled: dict[str, Any] = {name: said.get(name, []) for name in LISTS}
    codes = Grid.objects.filter(pk__in=[int(pk) for pk in said.get("grids", ())]).values_list("code", flat=True)
    hours = [time(minute // 60 % 24, minute % 60) for minute in said.get("hours", ())]
    urgent = {True: "yes", False: "no"}.get(said.get("is_urgent"), "")  # type: ignore[arg-type]
    return filled | {
        "grids": " ".join(sorted(codes)), "is_urgent": urgent, "days": said.get("days", ""),
        "starts": hours[0] if hours else None, "ends": hours[1] if hours else None,
        "body": rule.body_id, "body_kind": rule.body_kind, "reason": rule.reason,
    }  # fmt: skip

"""A new case, typed in by somebody who works here: on the walk, at the counter, on the phone."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.actions.attaching import MOST_A_REPORT
from gridward.cases.actions.contacts import Reporter, new_token
from gridward.cases.actions.reporting import Report
from gridward.cases.forms.filters import family_name
from gridward.cases.forms.moves import NamedChoice, PhotosField, named
from gridward.cases.models import Case, Category, Contact
from gridward.cases.models.category import Family
from gridward.cases.queries.components import NearComponent, category_of, likely_components
from gridward.cases.queries.duplicates import Told
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.grids.queries.layers import ground_of, outline_box
from gridward.registers.models import Component
from gridward.registers.queries import chosen_component
from gridward.vault.phones import MOBILE_DIGITS, normalise_phone
from gridward.web.forms import PlainForm
from gridward.web.moments import is_chinese
from gridward.web.places import PlaceField, read_point

MOST_TEXT = 2000
FEWEST_DIGITS, MOST_DIGITS = 7, 20
SALT = "gridward.cases.intake"
PARTS = {
    "what": ("channel", "category", "description", "photos", "complained_body"),
    "where": ("place", "position", "community"),
    "who": ("answer_by", "phone", "name", "told_at"),
}
OWN_EYES = (Role.GRID_WORKER, Role.GRID_LEADER, Role.BUILDING_HEAD, Role.VOLUNTEER, Role.LINKED_OFFICIAL)


def channels_of(role: str) -> list[tuple[str, str]]:
    """By which ways a role takes reports in."""
    channel = Case.Channel
    names = {
        channel.GRID_WORKER: _("Seen on the walk"), channel.COUNTER: _("At the counter"), channel.PHONE: _("By phone"),
        channel.LEADER: _("Asked by a leader"), channel.TRANSFER: _("Passed on by a department"),
    }  # fmt: skip
    chosen = [channel.GRID_WORKER, channel.COUNTER] if role in OWN_EYES else [*names][1:]
    return [(c.value, str(names[c])) for c in chosen]


def plain_categories(district: District, families: list[str] | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Categories by their plain names, grouped by family, for a select."""
    rows = Category.objects.filter(district=district, is_in_use=True).exclude(kind=Category.Kind.COMPONENT)
    groups: dict[str, list[tuple[str, str]]] = {family: [] for family in families or Family.values}
    for row in rows.order_by("-is_public", "sort_key"):
        plain = row.public_zh if is_chinese() else row.public_en
        if row.family in groups:
            groups[row.family].append((str(row.pk), plain or named(row)))
    return [(family_name(family), choices) for family, choices in groups.items() if choices]


def district_place(district: District, *, with_grids: bool = False, **options: Any) -> PlaceField:
    """The place on the district's own map."""
    return PlaceField(ground=ground_of(district, with_grids=with_grids), whole=outline_box(district), **options)


def is_whole_number(phone: str) -> bool:
    """Whether it can be dialled: a mobile has eleven digits, any other number seven or more with its extension."""
    digits = normalise_phone(phone)
    if digits.startswith("1"):
        return len(digits) == MOBILE_DIGITS
    return FEWEST_DIGITS <= len(digits) <= MOST_DIGITS


def incomplete_number() -> str:
    return _("This number has too few or too many digits. Please look at it again: a mobile has 11.")


class IntakeForm(PlainForm):
    """What, where, who tells, how they want to be answered. Few fields are needed, so only those left out are told."""

    hides_optional = True
    channel = forms.ChoiceField(widget=forms.RadioSelect)
    category = forms.ChoiceField()
    description = forms.CharField(min_length=4, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))
    place = forms.CharField(required=False, max_length=256)
    community = NamedChoice(Division.objects.none(), required=False, empty_label="—")
    photos = PhotosField(required=False)
    complained_body = NamedChoice(Body.objects.none(), required=False, empty_label="—")
    answer_by = forms.ChoiceField(widget=forms.RadioSelect)
    phone = forms.CharField(required=False, max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    name = forms.CharField(required=False, max_length=40)
    told_at = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    component = forms.CharField(required=False, max_length=17, widget=forms.HiddenInput)
    sealed = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, district: District, role: str, theme: str = "light", **kwargs: Any) -> None:
        answer = Contact.Answer.NONE if role in OWN_EYES else Contact.Answer.PHONE
        initial = {"sealed": signing.dumps([str(uuid.uuid4()), new_token()], salt=SALT), "answer_by": answer}
        initial["channel"] = channels_of(role)[0][0]
        super().__init__(*args, initial=initial | (kwargs.pop("initial", None) or {}), **kwargs)
        self.district = district
        self.fields["position"] = district_place(district, with_grids=True, theme=theme, required=False)
        self._choices(district, role)
        self._labels()

    def parts(self) -> dict[str, list[forms.BoundField]]:
        """The fields as the page groups them."""
        return {part: [self[name] for name in names] for part, names in PARTS.items()}

    def _choices(self, district: District, role: str) -> None:
        communities = Division.objects.filter(district=district, level=Division.Level.COMMUNITY, is_in_use=True)
        self.fields["community"].queryset = communities.order_by("sort_key")
        bodies = Body.objects.filter(district=district, parent__isnull=False, valid_to__isnull=True)
        self.fields["complained_body"].queryset = bodies.order_by("sort_key")
        self.fields["channel"].choices = channels_of(role)
        self.fields["category"].choices = [("", _("Choose")), *plain_categories(district)]
        self.fields["answer_by"].choices = [
            (Contact.Answer.PHONE, _("By a call back")), (Contact.Answer.COUNTER, _("At the counter, with the slip")),
            (Contact.Answer.LINK, _("On the private page")), (Contact.Answer.NONE, _("No answer wished")),
        ]  # fmt: skip

    def _labels(self) -> None:
        labels = {
            "channel": _("How we know"), "category": _("What it is about"), "description": _("In their own words"),
            "place": _("Place in words"), "position": _("Place on the map"),
            "community": _("Community, if the place is not known"), "photos": _("Photos, if there are any"),
            "complained_body": _("Only for a complaint: about which body"), "name": _("Name"), "phone": _("Phone"),
            "answer_by": _("How to answer"), "told_at": _("When they first told somebody, if earlier"),
        }  # fmt: skip
        hints = {
            "description": _("About a neighbour: write down the place and the nuisance, not the person."),
            "place": _("Road and number, compound, or something one can see from there."),
            "photos": _("At most %(most)s. Position and camera data are removed.") % {"most": MOST_A_REPORT},
            "complained_body": _("The complaint never goes to that body."),
            "told_at": _("Days since the resident told us are counted from then."),
        }
        for code, label in labels.items():
            self.fields[code].label = label
            self.fields[code].help_text = hints.get(code, "")

    def chosen(self) -> Component | None:
        """The component that is ticked now."""
        return chosen_component(self.district, str(self["component"].value() or ""))

    def components(self) -> list[NearComponent]:
        """The components that it may be about, once place and kind are there."""
        category, place = category_of(self.district, self["category"].value()), self["position"].value()
        point = read_point(place["point"]) if isinstance(place, dict) else None
        return likely_components(self.district, point, category, self.chosen())

    def clean_component(self) -> Component | None:
        """One that is gone meanwhile is none."""
        return self.chosen()

    def clean_sealed(self) -> tuple[uuid.UUID, str]:
        """The report's own id and link secret, made by this server: nobody chooses an address that is easy to guess."""
        try:
            made, token = signing.loads(self.cleaned_data["sealed"], salt=SALT)
        except signing.BadSignature:
            raise forms.ValidationError(_("This form was not made here. Please open it anew.")) from None
        return uuid.UUID(made), str(token)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("place") or cleaned.get("position") or cleaned.get("community")):
            self.add_error("place", _("Say where: in words, on the map, or at least the community."))
        if cleaned.get("answer_by") == Contact.Answer.PHONE and not cleaned.get("phone"):
            self.add_error("phone", _("A call back needs a number. Or choose another way to answer."))
        elif cleaned.get("answer_by") == Contact.Answer.PHONE and not is_whole_number(cleaned["phone"]):
            self.add_error("phone", incomplete_number())
        return cleaned

    def told(self, at: datetime) -> Told | None:
        """What is typed so far, to look for the same; nothing before the category is chosen."""
        self.is_valid()
        given, chosen = self.cleaned_data, str(self.cleaned_data.get("category") or "")
        category = Category.objects.filter(district=self.district, pk=int(chosen)).first() if chosen else None
        if category is None:
            return None
        community, about = given.get("community"), given.get("complained_body")
        return Told(
            self.district, category, at, given.get("position"), community.pk if community else None,
            given.get("place") or "", given.get("description") or "",
            complained_body_id=about.pk if about and category.is_about_body else None,
        )  # fmt: skip

    def report(self) -> Report:
        """What the action takes."""
        given = self.cleaned_data
        client_uuid, token = given["sealed"]
        return Report(
            client_uuid=client_uuid, channel=given["channel"], category_id=int(given["category"]),
            description=given["description"], place=given["place"], position=given["position"], token=token,
            reporter=Reporter(given["name"], given["phone"], "", given["answer_by"]),
            community_id=given["community"].pk if given["community"] else None,
            complained_body_id=given["complained_body"].pk if given["complained_body"] else None,
            component_id=given["component"].pk if given["component"] else None,
            told_at=given["told_at"], photos=tuple(given["photos"]),
        )  # fmt: skip

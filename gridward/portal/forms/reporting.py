"""The report in three small steps, working without script: what is not asked now travels hidden and is read again."""

import uuid
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.actions.attaching import MOST_A_REPORT
from gridward.cases.actions.contacts import Answer, Reporter, new_token
from gridward.cases.actions.reporting import Report
from gridward.cases.actions.texts import MOST_PLACE, MOST_TEXT
from gridward.cases.forms.intake import district_place, incomplete_number, is_whole_number
from gridward.cases.forms.moves import NamedChoice, named
from gridward.cases.models import Case, Category
from gridward.cases.queries.components import NearComponent, class_of, likely_components
from gridward.core.coordinates import Projection
from gridward.core.geometry import point_distance_m
from gridward.districts.models import District
from gridward.portal.forms.photos import OpenDoorPhotos, read, sign
from gridward.portal.forms.words import Words
from gridward.portal.queries.doors import Door, first_choices, found_by, general_category, plain, public_categories
from gridward.registers.models import Component
from gridward.registers.queries import chosen_component
from gridward.web.forms import PlainForm

SALT, SEAL_HOLDS_S = "gridward.portal.report", 24 * 3600
STEPS: dict[int, tuple[str, ...]] = {
    1: ("position", "place", "community", "nowhere"),
    2: ("find", "category", "complained_body", "description", "photos", "drop"),
    3: ("component", "answer_by", "phone", "name", "at_photo"),
}
LAST = 3
FAR_M = 100.0
MOST_WITH_WORDS = 3


def _with_words(category: Category, because: Sequence[str]) -> str:
    """The kind, and the words that it was found by."""
    words = " ".join(f"“{word}”" for word in because)
    return _("%(kind)s (you said %(words)s)") % {"kind": plain(category), "words": words} if words else plain(category)


class ReportForm(PlainForm):
    """Where, what, how to answer. ``at`` is the step that was on the screen, ``go`` the button that was pressed."""

    place = Words(required=False, max_length=MOST_PLACE, widget=forms.Textarea(attrs={"rows": 2}))
    nowhere = forms.BooleanField(required=False)
    find = Words(required=False, max_length=60)
    category = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    description = Words(min_length=4, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))
    photos = OpenDoorPhotos(required=False)
    drop = forms.MultipleChoiceField(required=False)
    answer_by = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    phone = Words(
        required=False, max_length=30, widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
    )
    name = Words(required=False, max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    at_photo = forms.BooleanField(required=False)
    complained_body = forms.ChoiceField(required=False)
    component = Words(required=False, max_length=17)
    sealed = forms.CharField(widget=forms.HiddenInput)
    kept = Words(required=False, widget=forms.HiddenInput)
    at = forms.IntegerField(required=False, widget=forms.HiddenInput)
    go = Words(required=False)

    def __init__(
        self, *args: Any, district: District, door: Door, theme: str = "light", words: str = "", **kwargs: Any
    ) -> None:
        sealed = signing.dumps([str(uuid.uuid4()), new_token()], salt=SALT)
        first = {"sealed": sealed, "description": words, "answer_by": Answer.LINK.value}
        super().__init__(*args, initial=first, **kwargs)
        self.district, self.door, self.fresh_seal = district, door, ""
        self.fields["position"] = district_place(district, theme=theme, required=False)
        communities = Division.objects.filter(district=district, level=Division.Level.COMMUNITY, is_in_use=True)
        self.fields["community"] = NamedChoice(communities.order_by("sort_key"), required=False, empty_label="—")
        self.fields["community"].widget.attrs["class"] = "form-select"
        self.fields["answer_by"].choices = [
            (Answer.LINK, _("I look myself")), (Answer.PHONE, _("Call me")),
            (Answer.COUNTER, _("At the community desk")),
        ]  # fmt: skip
        self.fields["drop"].choices = [(photo.sha256, photo.sha256) for photo in self.kept_photos]
        self._labels()  # first: what asks for a bound field keeps the label of that moment
        self._categories()
        self._bodies()

    # --- what was posted ------------------------------------------------------------------------
    @property
    def asked(self) -> str:
        """``next``, ``back``, ``find`` or ``send``; the Enter key means next."""
        go = str(self.data.get("go", "")) if self.is_bound else ""
        return go if go in ("back", "find", "send") else "next"

    @property
    def was_at(self) -> int:
        """The step that was on the screen."""
        text = str(self.data.get("at", "1")) if self.is_bound else "1"
        return int(text) if text in ("1", "2", "3") else 1

    @cached_property
    def kept_photos(self) -> list[Any]:
        """Photos that came with an earlier step."""
        return read(str(self.data.get("kept", ""))) if self.is_bound else []

    def all_photos(self) -> list[Any]:
        """Earlier ones without those taken out, then the new ones; the same picture once."""
        cleaned = getattr(self, "cleaned_data", {})
        out, new = set(cleaned.get("drop") or ()), cleaned.get("photos") or []
        return list({photo.sha256: photo for photo in (*self.kept_photos, *new) if photo.sha256 not in out}.values())

    # --- choices --------------------------------------------------------------------------------
    def _categories(self) -> None:
        self.categories = public_categories(self.district, self.door)
        words, chosen = str(self["find"].value() or "").strip(), str(self["category"].value() or "")
        found = found_by(self.categories, words) if words else []
        self.nothing_found = bool(words) and not found
        offered = [row.category for row in found] or first_choices(self.categories, self.door)
        said = {row.category.pk: row.because for row in found[:MOST_WITH_WORDS]}
        kept = [c for c in self.categories if str(c.pk) == chosen and c not in offered]
        self.fields["category"].choices = [
            *((str(c.pk), _with_words(c, said.get(c.pk, ()))) for c in (*kept, *offered)), ("unsure", _("Hard to say")),
        ]  # fmt: skip

    def begin_with(self, category: Category) -> None:
        """Chosen already, by the guide that led here."""
        self.initial["category"] = str(category.pk)
        self._bound_fields_cache.pop("category", None)  # it was asked before, and keeps what it answered
        self._categories()
        self._bodies()

    def begin_at(self, component: Component) -> None:
        """Come from the square on a component: its place and kind are known already."""
        kind = next((c for c in self.categories if class_of(c) == component.class_code), None)
        self.initial |= {"component": component.code, "position": component.position,
                         "place": component.place or component.name}  # fmt: skip
        if kind is not None:
            self.begin_with(kind)

    @cached_property
    def about(self) -> NearComponent | None:
        """The component that was chosen, with its name."""
        component = chosen_component(self.district, str(self["component"].value() or ""))
        return next(iter(likely_components(self.district, None, None, component)), None)

    def components(self) -> list[NearComponent]:
        """The components that it may be about, by place and kind, and the chosen one."""
        chosen = self.about.component if self.about else None
        return likely_components(self.district, self.cleaned_data.get("position"), self.chosen_category(), chosen)

    def chosen_category(self) -> Category | None:
        """The kind chosen; for “hard to say” and for nothing the general one of the door."""
        chosen = str(self["category"].value() or "")
        known = next((c for c in self.categories if str(c.pk) == chosen), None)
        return known or general_category(self.categories, self.door)

    @property
    def is_about_body(self) -> bool:
        """Whether the kind asks which body it is about."""
        category = self.chosen_category()
        return bool(category and category.is_about_body)

    def _bodies(self) -> None:
        rows = Body.objects.filter(district=self.district, parent__isnull=False, valid_to__isnull=True)
        choices = [(str(row.pk), named(row)) for row in rows.order_by("sort_key")] if self.is_about_body else []
        self.fields["complained_body"].choices = [
            ("", _("Choose")), *choices, ("unknown", _("I do not know which")),
        ]  # fmt: skip

    def _labels(self) -> None:
        labels = {
            "position": _("Tap the map"), "place": _("Or say it in words"), "community": _("Or choose the community"),
            "nowhere": _("It is about no particular place"), "find": _("Not among them? Say it in a word"),
            "category": _("Choose what comes closest"), "description": _("Say it in a sentence"),
            "photos": _("Photos, at most five"), "answer_by": _("How shall we tell you when it is done?"),
            "phone": _("Phone number"), "name": _("How may we call you"),
            "at_photo": _("Yes, use the place of the photo"), "complained_body": _("Which body is it about?"),
        }  # fmt: skip
        for code, label in labels.items():
            self.fields[code].label = label
        self.fields["place"].widget.attrs["placeholder"] = _("For example: by the noodle shop, on the east side")
        self.fields["description"].help_text = _("About a neighbour: the place and the trouble, not who it is.")
        self.fields["complained_body"].help_text = _("This body and those below it never see what you write.")
        self.fields["phone"].help_text = _(
            "Sealed: only who takes in your report or calls you back can open it. "
            "When there is an answer, it may get a short message without any content."
        )

    # --- checks ---------------------------------------------------------------------------------
    def clean_sealed(self) -> tuple[uuid.UUID, str]:
        """The report's own id and link secret, made by this server, not by the sender."""
        try:
            made, token = signing.loads(self.cleaned_data["sealed"], salt=SALT, max_age=SEAL_HOLDS_S)
        except signing.BadSignature:
            self.fresh_seal = signing.dumps([str(uuid.uuid4()), new_token()], salt=SALT)
            raise forms.ValidationError(_("This page has waited too long. Your words are kept: send again.")) from None
        return uuid.UUID(made), str(token)

    def clean_photos(self) -> list[Any]:
        new = list(self.cleaned_data["photos"])
        if len(self.kept_photos) + len(new) > MOST_A_REPORT:
            raise forms.ValidationError(_("At most five photos. Take one out first, or add it later."))
        return new

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        somewhere = any(cleaned.get(name) for name in ("place", "position", "community"))
        if not somewhere and "position" not in self.errors and not cleaned.get("nowhere"):
            self.add_error("place", self._say_where())
        if self.chosen_category() is None:
            self.add_error("category", _("Nothing can be taken in here yet. Please call us."))
        if self.is_about_body and not cleaned.get("complained_body"):
            self.add_error("complained_body", _("Say which body, so that it is kept away from this."))
        if cleaned.get("answer_by") == Answer.PHONE and not cleaned.get("phone"):
            self.add_error("phone", _("To call you we need a number. Or choose another way."))
        elif cleaned.get("answer_by") == Answer.PHONE and not is_whole_number(cleaned["phone"]):
            self.add_error("phone", incomplete_number())
        return cleaned

    def _say_where(self) -> str:
        if self.door.needs_place:
            return _("Say where it is: tap the map, describe the place, or choose the community.")
        return _("Say where, or tick that it is about no particular place.")

    def first_wrong_step(self, until: int = LAST) -> int | None:
        """The first step with something to put right; hidden fields of the form itself belong to the last."""
        wrong = set(self.errors)
        steps = (step for step, fields in STEPS.items() if step <= until and wrong & set(fields))
        return next(steps, LAST if until == LAST and wrong else None)

    def photo_place(self) -> tuple[float, float] | None:
        """Where a photo was taken, when that is not (within 100 m) what was tapped: to be asked, not taken."""
        point = next((photo.position for photo in self.all_photos() if photo.position), None)
        tapped = self.cleaned_data.get("position") if hasattr(self, "cleaned_data") else None
        if point is None or tapped is None:
            return point
        far = point_distance_m(point, tapped, Projection(self.district.central_meridian)) > FAR_M
        return point if far else None

    def forget_errors(self, shown: int | None = None) -> None:
        """Leave only what is wrong in the step that is shown, nothing on a step that is seen for the first time."""
        names = (*STEPS[shown], "sealed", "__all__") if shown else ()
        kept = {name: rows for name, rows in self.errors.items() if name in names}
        self._errors = forms.utils.ErrorDict(kept)

    def carried(self, step: int) -> list[tuple[str, str]]:
        """Everything that this step does not ask, as hidden fields: (name, value)."""
        pairs = [("sealed", self.fresh_seal or str(self["sealed"].value() or "")), ("at", str(step))]
        if self.is_bound:
            pairs.append(("kept", sign(self.all_photos())))
        for other, names in STEPS.items():
            if other != step:
                pairs += [pair for name in names for pair in self._carried(name)]
        return [(name, value) for name, value in pairs if value]

    def _carried(self, name: str) -> list[tuple[str, str]]:
        value = self[name].value()
        if name == "position":
            place = value if isinstance(value, dict) else {}
            return [(name, place.get("point", "")), ("position_seen", place.get("view", ""))]
        if name in ("photos", "drop"):
            return []
        if name in ("nowhere", "at_photo"):
            return [(name, "on" if value else "")]
        return [(name, str(getattr(value, "value", value) or ""))]

    def report(self, *, is_quarantined: bool) -> Report:
        """What the action takes."""
        given, category = self.cleaned_data, self.chosen_category()
        assert category is not None  # clean() has refused a form without any
        client_uuid, token = given["sealed"]
        body = given.get("complained_body")
        community = given["community"]
        point = self.photo_place() if given["at_photo"] else None
        return Report(
            client_uuid=client_uuid, channel=Case.Channel.ONLINE, category_id=category.pk,
            description=given["description"], place=given["place"] or ("" if community else _("(no place given)")),
            position=point or given["position"], token=token, reporter=self.reporter(),
            community_id=community.pk if community else None,
            complained_body_id=int(body) if body and body.isdigit() else None,
            component_id=self.about.component.pk if self.about else None, photos=tuple(self.all_photos()),
            is_quarantined=is_quarantined,
        )  # fmt: skip

    def reporter(self) -> Reporter:
        """Who is to be answered, and how."""
        given = self.cleaned_data
        return Reporter(given["name"], given["phone"], "", given["answer_by"] or Answer.LINK)

"""Forms of the open door: few questions, all but two may stay empty."""

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.cases.actions.contacts import Answer, Reporter, new_token
from gridward.cases.actions.reporting import Report
from gridward.cases.forms.intake import district_place
from gridward.cases.forms.moves import NamedChoice, PhotosField
from gridward.cases.models import Case, Category
from gridward.cases.models.category import Family
from gridward.districts.models import District
from gridward.portal.search import likely
from gridward.web.forms import PlainForm
from gridward.web.moments import is_chinese

MOST_TEXT, MOST_CHOICES = 2000, 8
SALT, SEAL_HOLDS_S = "gridward.portal.report", 24 * 3600
DOORS: dict[str, tuple[str, ...]] = {
    "problem": (Family.CITY_MANAGEMENT,),
    "help": (Family.HELP, Family.DISPUTE),
    "voice": (Family.VOICE,),
}
UNSURE = {"problem": ("local", "10992"), "help": ("local", "H024"), "voice": ("local", "A003")}


def plain(category: Category) -> str:
    """As a resident would say it."""
    zh, en = category.public_zh or category.name_zh, category.public_en or category.name_en
    return zh if is_chinese() else en


def public_categories(district: District, door: str) -> list[Category]:
    """What a door offers, the common first."""
    rows = Category.objects.filter(district=district, is_in_use=True, is_public=True, family__in=DOORS[door])
    return list(rows.exclude(kind=Category.Kind.COMPONENT).order_by("sort_key"))


def narrowed(categories: list[Category], words: str) -> list[Category]:
    """The likeliest for the words that somebody typed; all when nothing fits."""
    entries = [(c, f"{c.public_zh} {c.name_zh} {c.public_en} {c.synonyms}") for c in categories]
    return likely(words, entries, MOST_CHOICES) if words else []


class ReportForm(PlainForm):
    """What, where, how to answer."""

    category = forms.ChoiceField()
    description = forms.CharField(min_length=4, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))
    photos = PhotosField(required=False)
    complained_body = NamedChoice(Body.objects.none(), required=False)
    place = forms.CharField(required=False, max_length=256)
    name = forms.CharField(required=False, max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        required=False, max_length=30, widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
    )
    sealed = forms.CharField(widget=forms.HiddenInput)
    is_new = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, district: District, door: str, words: str = "", **kwargs: Any) -> None:
        sealed = signing.dumps([str(uuid.uuid4()), new_token()], salt=SALT)
        super().__init__(*args, initial={"sealed": sealed, "description": words}, **kwargs)
        self.district, self.door = district, door
        self.fields["position"] = district_place(district, required=False)
        self.categories = public_categories(district, door)
        self.fields["category"].choices = [("", _("Choose")), *((str(c.pk), plain(c)) for c in self.categories),
                                           ("unsure", _("I am not sure"))]  # fmt: skip
        likely_ones = narrowed(self.categories, words)
        self.likely = [(str(category.pk), plain(category)) for category in likely_ones]
        if self.likely:
            self.initial["category"] = self.likely[0][0]
        self._bodies()
        self._labels()
        self.order_fields(
            ["category", "description", "photos", "complained_body", "position", "place", "name", "phone"]
        )

    def _bodies(self) -> None:
        if self.door != "voice":
            del self.fields["complained_body"]
            return
        rows = Body.objects.filter(district=self.district, parent__isnull=False, valid_to__isnull=True)
        self.fields["complained_body"].queryset = rows.order_by("sort_key")

    def _labels(self) -> None:
        labels = {
            "category": _("What is it about?"), "description": _("Tell it in your own words"),
            "photos": _("Photos, at most five"), "position": _("Where is it? Tap the map"),
            "place": _("Or say it in words"), "name": _("Your name"), "phone": _("Your phone"),
            "complained_body": _("Which body is it about?"),
        }  # fmt: skip
        for code, label in labels.items():
            if code in self.fields:
                self.fields[code].label = label
        self.fields["place"].help_text = _("A road, a number, a compound, something one can see from there.")
        self.fields["description"].help_text = _("About a neighbour: the place and the nuisance are enough.")
        self.fields["phone"].help_text = _(
            "Both may stay empty. They are sealed: only who takes in your report or calls you back can open them."
        )
        if "complained_body" in self.fields:
            self.fields["complained_body"].help_text = _("This body and those below it never see what you write.")

    def clean_sealed(self) -> tuple[uuid.UUID, str]:
        """The report's own id and link secret, made by this server, not by the sender."""
        try:
            made, token = signing.loads(self.cleaned_data["sealed"], salt=SALT, max_age=SEAL_HOLDS_S)
        except signing.BadSignature:
            raise forms.ValidationError(_("This page is too old. Your words are kept: please send again.")) from None
        return uuid.UUID(made), str(token)

    def clean_category(self) -> Category:
        chosen = self.cleaned_data["category"]
        if chosen != "unsure":
            return next(c for c in self.categories if str(c.pk) == chosen)
        scheme, code = UNSURE[self.door]
        return Category.objects.get(district=self.district, scheme=scheme, code=code)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.door == "problem" and not (cleaned.get("place") or cleaned.get("position")):
            self.add_error("place", _("Say where it is: tap the map or describe the place."))
        return cleaned

    def report(self, *, is_quarantined: bool) -> Report:
        """What the action takes."""
        given = self.cleaned_data
        client_uuid, token = given["sealed"]
        answer = Answer.PHONE if given["phone"] else Answer.LINK
        complained = given.get("complained_body")
        return Report(
            client_uuid=client_uuid, channel=Case.Channel.ONLINE, category_id=given["category"].pk,
            description=given["description"], place=given["place"] or _("(no place given)"), position=given["position"],
            token=token, reporter=Reporter(given["name"], given["phone"], "", answer),
            complained_body_id=complained.pk if complained else None, photos=tuple(given["photos"]),
            is_quarantined=is_quarantined,
        )  # fmt: skip


class RatingForm(PlainForm):
    """Solved? How content? Anything to add? All may be skipped."""

    solved = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    satisfied = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    words = forms.CharField(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content = (_("Very content"), _("Content"), _("So-so"), _("Not content"), _("Not content at all"))
        self.fields["solved"].choices = [("yes", _("Yes, it is solved")), ("no", _("No, not yet"))]
        self.fields["satisfied"].choices = [(str(5 - n), word) for n, word in enumerate(content)]
        for name, label in (
            ("solved", _("Is it solved?")),
            ("satisfied", _("How content are you?")),
            ("words", _("Anything to add?")),
        ):
            self.fields[name].label = label

    def given(self) -> dict[str, Any]:
        stars = self.cleaned_data["satisfied"]
        return {
            "solved": {"yes": True, "no": False}.get(self.cleaned_data["solved"]),
            "satisfied": int(stars) if stars else None, "words": self.cleaned_data["words"],
        }  # fmt: skip


class WordsForm(PlainForm):
    """One text: more about it, or why the outcome is not right."""

    words = forms.CharField(min_length=6, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label


class FollowForm(PlainForm):
    """Me too: nothing has to be given."""

    phone = forms.CharField(required=False, max_length=30)
    token = forms.CharField(max_length=40, widget=forms.HiddenInput)


class GridForm(PlainForm):
    """A place on the map, to find who serves it."""

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"] = district_place(district, required=False)
        self.fields["at"].label = _("Where do you live? Tap the map")

    def place(self) -> tuple[float, float] | None:
        """The point that was tapped."""
        if not self.is_bound:
            return None
        field = self.fields["at"]
        value = field.widget.value_from_datadict(self.data, self.files, "at")
        try:
            return field.clean(value)
        except forms.ValidationError:
            return None

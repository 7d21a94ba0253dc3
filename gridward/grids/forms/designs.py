"""Beginning a design, asking for drafts, drawing in one, making a plan of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.areas.models import Division
from gridward.grids.models import DesignDraft
from gridward.grids.words import named, origin_words
from gridward.web.forms import PlainForm

Origin = DesignDraft.Origin
ASKED = (Origin.BALANCED.value, Origin.WALKABLE.value, Origin.STABLE.value, Origin.EVEN.value)
MOST_GRIDS, LEAST_MINUTES, MOST_MINUTES = 5_000, 300, 100_000
MOST_UNITS = 2_000
MOST_POINTS = 400
LONGEST_NAME = 60


class BeginForm(PlainForm):
    """The area, how many grids, and which drafts."""

    division = forms.ChoiceField()
    how_many = forms.ChoiceField(widget=forms.RadioSelect, initial="today")
    number = forms.IntegerField(required=False, min_value=1, max_value=MOST_MINUTES)
    convenience = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, divisions: list[Division], has_streets: bool = False) -> None:
        super().__init__(data, initial={"convenience": "walking" if has_streets else "straight"})
        self.divisions = {row.code: row for row in divisions}
        self.fields["division"].label, self.fields["how_many"].label = _("Area"), _("How many grids")
        self.fields["number"].label = _("Number, where one is asked for")
        self.fields["convenience"].label = _("What is near")
        for name, choices in (
            ("division", _by_subdistrict(divisions)),
            ("how_many", [("today", _("As many as today")), ("grids", _("About so many in all")),
                          ("minutes", _("So many minutes of work a month for each"))]),
            ("convenience", [("straight", _("By straight distances")),
                             ("walking", _("By minutes on foot, along roads and through gates"))]),
        ):  # fmt: skip
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("how_many") in ("grids", "minutes") and not given.get("number") and "number" not in self.errors:
            self.add_error("number", _("Say how many."))
        if given.get("how_many") == "grids" and (given.get("number") or 0) > MOST_GRIDS:
            self.add_error("number", _("More than %(most)s grids cannot be asked for.") % {"most": MOST_GRIDS})
        if given.get("how_many") == "minutes" and 0 < (given.get("number") or 0) < LEAST_MINUTES:
            self.add_error("number", _("Less than %(least)s minutes a month is no grid.") % {"least": LEAST_MINUTES})
        return given

    def values(self) -> dict[str, Any]:
        """What ``begin_design`` takes."""
        how_many = self.cleaned_data["how_many"]
        number = {how_many: self.cleaned_data["number"]} if how_many != "today" else {}
        by_walking = self.cleaned_data["convenience"] == "walking"
        return {"division": self.divisions[self.cleaned_data["division"]], "by_walking": by_walking, **number}


def _by_subdistrict(divisions: list[Division]) -> list[Any]:
    """Choices of areas: the communities stand below the name of their subdistrict."""
    level = Division.Level
    tops = [(row.code, named(row)) for row in divisions if row.level == level.DISTRICT]
    groups: dict[int | None, tuple[str, list[tuple[str, str]]]] = {
        row.pk: (named(row), [(row.code, _("%(area)s, whole") % {"area": named(row)})])
        for row in divisions if row.level == level.SUBDISTRICT
    }  # fmt: skip
    for row in divisions:
        if row.level == level.COMMUNITY:
            groups.setdefault(row.parent_id, ("", []))[1].append((row.code, named(row)))
    return [*tops, *groups.values()]


class AskForm(PlainForm):
    """What one more draft is for, and where its search begins."""

    origin = forms.ChoiceField()
    parent = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, *, drafts: list[DesignDraft], names: dict[int, str]) -> None:
        super().__init__(data)
        self.drafts = {str(draft.number): draft for draft in drafts}
        self.fields["origin"].label, self.fields["parent"].label = _("What counts most"), _("Begin with")
        for name, choices in (
            ("origin", [(origin, origin_words()[origin]) for origin in ASKED]),
            ("parent", [("", _("nothing: search anew")), *((str(number), names[number]) for number in names)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def values(self) -> dict[str, Any]:
        """What ``ask_draft`` takes."""
        return {"origin": self.cleaned_data["origin"], "parent": self.drafts.get(self.cleaned_data["parent"])}


class NameForm(PlainForm):
    """A name: of a draft, or of the plan made of it."""

    name = forms.CharField(max_length=LONGEST_NAME)

    def __init__(self, data: Any = None, *, label: str, initial: str = "") -> None:
        super().__init__(data, initial={"name": initial})
        self.fields["name"].label = label


class NumbersField(forms.CharField):
    """Numbers with commas between them."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(**options, max_length=20 * most, widget=forms.HiddenInput)
        self.most = most

    def clean(self, value: Any) -> list[float]:
        text = super().clean(value)
        try:
            numbers = [float(part) for part in text.split(",")] if text else []
        except ValueError:
            raise forms.ValidationError(_("Choose on the map again.")) from None
        if len(numbers) > self.most or not all(abs(number) < 1e9 for number in numbers):
            raise forms.ValidationError(_("Choose on the map again."))
        return numbers


class VersionForm(forms.Form):
    """The state of the draft that somebody saw who changes it."""

    version = forms.IntegerField()

    def what_is_missing(self) -> str:
        """What to do when the form cannot be read."""
        return _("Choose on the map again.")


class MoveForm(VersionForm):
    """Units by their numbers, and the grid that gets them."""

    units = NumbersField(most=MOST_UNITS)
    to = forms.IntegerField(min_value=0)

    def what_is_missing(self) -> str:
        return _("Choose pieces on the map and the grid that gets them.")


class LineForm(VersionForm):
    """A line of longitudes and latitudes."""

    line = NumbersField(most=2 * MOST_POINTS)

"""Forms of the register of components."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.accounts.queries import named
from gridward.core.codes.component import faults_of
from gridward.districts.models import District
from gridward.grids.queries.layers import ground_of, outline_box
from gridward.registers.actions.components import NewComponent
from gridward.registers.models import Component
from gridward.registers.queries.classes import ComponentClass, classes_in_use
from gridward.registers.queries.listing import kept
from gridward.registers.reading.incoming import MOST_BYTES
from gridward.web.forms import PlainForm
from gridward.web.moments import is_chinese
from gridward.web.places import PlaceField

SYSTEMS = (("wgs84", "WGS 84"), ("cgcs2000", "CGCS2000"), ("gcj02", "GCJ-02"), ("bd09", "BD-09"))


def bodies_of(district: District) -> list[Body]:
    """Living bodies of a district, in their order."""
    return list(Body.objects.filter(district=district, valid_to__isnull=True).order_by("sort_key"))


def grouped(classes: Mapping[str, ComponentClass]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Classes under the names of their major ones, for a select."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in classes.values():
        groups.setdefault(one.major, []).append((one.code, f"{one.name} {one.code}"))
    return list(groups.items())


class ComponentFilterForm(PlainForm):
    """What the address of the list may hold; read again by ComponentFilter."""

    hides_optional = True
    q = forms.CharField(required=False, max_length=60)
    state = forms.ChoiceField(required=False)
    body = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, district: District, classes: Mapping[str, ComponentClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("All"))
        self.fields["class"] = forms.ChoiceField(required=False, choices=[every, *grouped(classes)])
        self.fields["class"].widget.attrs["class"] = "form-select"
        held = kept(district).values("maintainer").union(kept(district).values("owner"))
        bodies = Body.objects.filter(district=district, pk__in=[row["maintainer"] for row in held])
        choices = {
            "state": [every, *Component.State.choices],
            "body": [every, *((row.code, named(row)) for row in bodies.order_by("sort_key"))],
        }
        labels = {"q": _("Code, name, road or class"), "class": _("Class"), "state": _("State"),
                  "body": _("Owner or maintainer")}  # fmt: skip
        for name, field in self.fields.items():
            field.label = labels[name]
            if name in choices:
                field.choices = choices[name]  # type: ignore[attr-defined]
        self.order_fields(["q", "class", "state", "body"])


class ComponentForm(PlainForm):
    """One component: new with its code, or changed; the code of one that is there stays."""

    code = forms.CharField(max_length=24)
    name = forms.CharField(required=False, max_length=60)
    place = forms.CharField(required=False, max_length=120)
    state = forms.ChoiceField()
    owner = forms.ChoiceField(required=False)
    maintainer = forms.ChoiceField(required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(
        self, data: Any = None, *, district: District, today: date, component: Component | None = None,
        theme: str = "light",
    ) -> None:  # fmt: skip
        self.district, self.component, self.today = district, component, today
        self.bodies = {row.code: row for row in bodies_of(district)}
        super().__init__(data, initial=_initial(component))
        start = component.position.coords if component else None
        self.fields["position"] = PlaceField(
            ground=ground_of(district, with_grids=False), whole=outline_box(district), start=start, theme=theme
        )
        if component is not None:
            del self.fields["code"]
        self._words()

    def _words(self) -> None:
        none = ("", "—")
        choices = [none, *((code, named(row)) for code, row in self.bodies.items())]
        labels = {
            "code": _("Code (17 digits)"), "name": _("What people call it"), "place": _("Place in words"),
            "state": _("State"), "owner": _("Owner"), "maintainer": _("Maintainer"), "since": _("There since"),
            "position": _("Point"),
        }  # fmt: skip
        given: dict[str, Any] = {"state": Component.State.choices, "owner": choices, "maintainer": choices}
        for name, field in self.fields.items():
            field.label = labels[name]
            if name in given:
                field.choices = given[name]  # type: ignore[attr-defined]
        if "code" in self.fields:
            self.fields["code"].help_text = _(
                "6 digits of the district, 2 of the major class, 3 of the class, 6 of its own."
            )
        self.fields["maintainer"].help_text = _("A report about it is proposed to go there.")

    def clean_code(self) -> str:
        text = "".join(self.cleaned_data["code"].split())
        faults = faults_of(text, district=self.district.code6, classes=classes_in_use(self.district))
        if faults:
            raise forms.ValidationError([fault.sentence("zh" if is_chinese() else "en") for fault in faults])
        return text

    def clean_since(self) -> date | None:
        day: date | None = self.cleaned_data["since"]
        if day and day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def values(self) -> dict[str, Any]:
        """What ``change_component`` takes."""
        given = {name: self.cleaned_data[name] for name in ("name", "place", "state", "since", "position")}
        return given | {name: self.bodies.get(self.cleaned_data[name]) for name in ("owner", "maintainer")}

    def row(self) -> NewComponent:
        """What ``register_component`` takes."""
        return NewComponent(code=self.cleaned_data["code"], **self.values())


def _initial(component: Component | None) -> dict[str, Any]:
    if component is None:
        return {"state": Component.State.INTACT.value}
    names = ("name", "place", "state", "since")
    return {name: getattr(component, name) for name in names} | {
        "owner": component.owner.code if component.owner else "",
        "maintainer": component.maintainer.code if component.maintainer else "",
        "position": component.position,
    }  # fmt: skip


class FileForm(PlainForm):
    """A file of components, and what its numbers mean."""

    file = forms.FileField()
    crs = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["file"].label = _("CSV, XLSX, GeoJSON, GeoPackage or zipped Shapefile")
        self.fields["file"].help_text = _(
            "The first line names the columns: code, lon, lat; name, place, owner, maintainer, state, since and cell "
            "may follow."
        )
        self.fields["crs"].label = _("Coordinate system")
        self.fields["crs"].help_text = _("A sheet does not say it itself: ask where the points come from.")
        field = self.fields["crs"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("as the file states")), *SYSTEMS]

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 50 MB."))
        return upload

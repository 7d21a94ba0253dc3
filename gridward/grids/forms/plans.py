"""Beginning a plan, adopting one, and grids from a file into a draft."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.areas.models import Division
from gridward.grids.words import named
from gridward.web.forms import PlainForm

MOST_AHEAD = timedelta(days=730)
MOST_UPLOAD_BYTES = 20 * 2**20
SYSTEMS = (("wgs84", "WGS 84"), ("cgcs2000", "CGCS2000"), ("gcj02", "GCJ-02"), ("bd09", "BD-09"))


class DraftForm(PlainForm):
    """A name and the area."""

    division = forms.ChoiceField()
    name = forms.CharField(max_length=80)

    def __init__(self, data: Any = None, *, divisions: list[Division]) -> None:
        super().__init__(data)
        self.divisions = {row.code: row for row in divisions}
        self.fields["division"].label, self.fields["name"].label = _("Area"), _("Name of the plan")
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.code, named(row)) for row in divisions]

    def values(self) -> dict[str, Any]:
        """What ``draft_plan`` takes."""
        name = self.cleaned_data["name"]
        return {"division": self.divisions[self.cleaned_data["division"]], "name_zh": name, "name_en": name}


class SoonField(forms.DateField):
    """A day that comes soon: a year with a digit too many is a slip of the hand."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    today = date.max - MOST_AHEAD

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value > self.today + MOST_AHEAD:
            raise forms.ValidationError(_("Choose a day within two years."))


class AdoptForm(PlainForm):
    """The first day on which the plan holds."""

    from_day = SoonField()

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"from_day": today})
        self.fields["from_day"].today = today  # type: ignore[attr-defined]
        self.fields["from_day"].label = _("In force from")


class UploadForm(PlainForm):
    """A file of grids, and what its numbers mean where it does not say so itself."""

    file = forms.FileField()
    crs = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["file"].label = _("GeoJSON, GeoPackage or zipped Shapefile")
        self.fields["file"].help_text = _("Columns: code, name_zh, name_en, kind, division, households.")
        self.fields["crs"].label = _("Coordinate system")
        field = self.fields["crs"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("as the file states")), *SYSTEMS]

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return upload

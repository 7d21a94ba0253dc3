"""Where somebody lives: on the map, or their community from the list."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gridward.areas.models import Division
from gridward.cases.forms.intake import district_place
from gridward.cases.forms.moves import NamedChoice
from gridward.districts.models import District
from gridward.web.forms import PlainForm


class GridForm(PlainForm):
    """A place on the map or a community; nothing of it is stored."""

    hides_optional = True

    def __init__(self, *args: Any, district: District, theme: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communities = Division.objects.filter(district=district, level=Division.Level.COMMUNITY, is_in_use=True)
        self.fields["at"] = district_place(district, theme=theme, required=False)
        self.fields["at"].label = _("Tap where you live")
        self.fields["community"] = NamedChoice(communities.order_by("sort_key"), required=False, empty_label="—")
        self.fields["community"].label = _("Or choose your community")
        self.fields["community"].widget.attrs["class"] = "form-select"

    def place(self) -> tuple[float, float] | None:
        """The point that was tapped; a tap answers at once, without the button."""
        if not self.is_bound:
            return None
        field = self.fields["at"]
        value = field.widget.value_from_datadict(self.data, self.files, "at")
        try:
            return field.clean(value)
        except ValidationError:
            return None

    def community_id(self) -> int | None:
        """The community that was chosen."""
        try:
            chosen = self.fields["community"].clean(self.data.get("community")) if self.is_bound else None
        except ValidationError:
            return None
        return chosen.pk if chosen else None

"""Forms of sign-in and administration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridward.accounts import queries
from gridward.accounts.importing.rows import COLUMNS, USERNAME, Reader
from gridward.accounts.models import Body
from gridward.core.scopes import Territory, role_rules
from gridward.web.forms import PlainForm
from gridward.web.moments import is_chinese


class ChangePasswordForm(PlainForm):
    """One's own password."""

    old = forms.CharField(
        label=_("Old password, or the one on the slip"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    new = forms.CharField(
        label=_("New password"), strip=False, help_text=_("At least 10 characters; a short sentence is easy to keep."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("New password once more"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("The two do not match."))
        return given


def role_choices(reader_zh: bool) -> list[tuple[str, str]]:
    """Roles that can be given, in the order of the table."""
    return [(role.value, role.zh if reader_zh else role.en) for role in role_rules()]


class FindPeopleForm(PlainForm):
    """Filters of the list of people; they live in the address."""

    hides_optional = True
    q = forms.CharField(label=_("Name or username"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("Role"), required=False)
    body = forms.ChoiceField(label=_("Which body"), required=False)
    left = forms.BooleanField(label=_("Those who left"), required=False)

    def __init__(self, *args: Any, seen: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("All roles")), *role_choices(is_chinese())]
        self.fields["body"].choices = [("", _("All bodies")), *body_choices(seen)]


def body_choices(seen: Territory) -> list[tuple[str, str]]:
    """Administered bodies, indented by their depth."""
    return [(body.code, "\u3000" * depth + queries.named(body)) for depth, body in queries.body_tree(seen)]


class GrantForm(PlainForm):
    """A role for a body; where it holds follows from the role, and can be said."""

    body = forms.ChoiceField(label=_("Which body"))
    role = forms.ChoiceField(label=_("Role"))
    area = forms.CharField(
        label=_("Community or subdistrict"), required=False, max_length=60,
        help_text=_("For roles of an area: name or code. Left empty it is the area of the body."),
    )  # fmt: skip
    grids = forms.CharField(
        label=_("Grids"), required=False, max_length=400, help_text=_("For roles of grids: their codes, with commas.")
    )

    def __init__(self, *args: Any, seen: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = seen
        self.fields["body"].choices = body_choices(seen)
        self.fields["role"].choices = role_choices(is_chinese())

    def clean(self) -> dict[str, Any]:
        """The scopes of the role, found as in a sheet of people."""
        given = super().clean() or {}
        if not self.errors:
            words = {name: given.get(name, "") for name in COLUMNS}
            row = Reader(self.seen.district_id).row(0, words | {"username": "xx", "name": "-", "post": ""})
            for problem in row.problems:
                self.add_error(None, str(problem))
            given["scopes"] = row.scopes
            given["body_row"] = row.body
        return given


class NewPersonForm(GrantForm):
    """An account is made for a role."""

    field_order = ("name", "username", "body", "role", "area", "grids")
    name = forms.CharField(label=_("Name"), max_length=40)
    username = forms.RegexField(
        USERNAME, label=_("Username"), help_text=_("2 to 40 small letters, digits, dots or hyphens.")
    )


class RenameForm(PlainForm):
    """How a person is called."""

    name = forms.CharField(label=_("Name"), max_length=40)


class LeaveForm(PlainForm):
    """Who takes over, and whether it is for cause."""

    successor = forms.ChoiceField(
        label=_("Who takes over the open work"), required=False,
        help_text=_("Nobody: it goes back to its desk."),
    )  # fmt: skip
    for_cause = forms.BooleanField(label=_("For cause: work that arrives later is refused as well"), required=False)

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(user.public_id), f"{user.name} ({user.username})") for user in colleagues]
        self.fields["successor"].choices = [("", _("Nobody")), *people]


class SheetForm(PlainForm):
    """A sheet of people."""

    file = forms.FileField(label=_("XLSX or CSV sheet"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))


class BodyForm(PlainForm):
    """What may be changed of a body."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=120)
    parent = forms.ChoiceField(label=_("Belongs to"), required=False)
    area = forms.CharField(
        label=_("Area that it answers for"), required=False, max_length=60, help_text=_("Name or code of a division.")
    )
    duty_phone = forms.CharField(label=_("Duty telephone"), required=False, max_length=30)
    speciality = forms.SlugField(
        label=_("Speciality"), required=False, max_length=30, help_text=_("Code of what a department does.")
    )

    def __init__(self, *args: Any, seen: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = seen
        top = [("", _("Nothing: at the top"))] if seen.whole_district else []
        self.fields["parent"].choices = [*top, *body_choices(seen)]

    def clean_area(self) -> Any:
        """The division of that name or code; two of the same name find neither."""
        words = self.cleaned_data["area"]
        area = Reader(self.seen.district_id).areas.get(words)
        if words and area is None:
            raise forms.ValidationError(_("There is no such division, or more than one."))
        return area


class NewBodyForm(BodyForm):
    """A new body; code and kind never change."""

    field_order = ("name_zh", "name_en", "code", "kind", "parent")
    code = forms.SlugField(label=_("Code"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind of body"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(BODY_KINDS.items())


BODY_KINDS = {
    Body.Kind.DISTRICT.value: _("District centre"),
    Body.Kind.DEPARTMENT.value: _("Department"),
    Body.Kind.SUBDISTRICT_OFFICE.value: _("Subdistrict office, park or bureau"),
    Body.Kind.PARTY_ORGANISATION.value: _("Community party organisation"),
    Body.Kind.RESIDENTS_COMMITTEE.value: _("Residents' committee"),
    Body.Kind.SERVICE_CENTRE.value: _("Service centre"),
    Body.Kind.INFORMATION_STATION.value: _("Information station"),
    Body.Kind.PROPERTY_COMPANY.value: _("Property company"),
    Body.Kind.SOCIAL_ORGANISATION.value: _("Social organisation"),
    Body.Kind.CONTRACTOR.value: _("Contractor"),
}

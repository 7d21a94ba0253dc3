"""Putting a person into a grid's team."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from gridward.accounts.models import Body, User
from gridward.grids.models import Grid
from gridward.grids.words import named, post_words
from gridward.web.forms import PlainForm


class PostForm(PlainForm):
    """Who, as what, for which body, from when. People are named by their public id."""

    person = forms.ChoiceField()
    kind = forms.ChoiceField()
    body = forms.ChoiceField()
    from_day = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    duty_phone = forms.CharField(required=False, max_length=30)

    def __init__(self, data: Any = None, *, grid: Grid, today: date) -> None:
        super().__init__(data, initial={"from_day": today, "body": grid.body.code if grid.body else ""})
        self.people, self.bodies = _people(grid), _bodies(grid)
        labels = {"person": _("Person"), "kind": _("As"), "body": _("Body"), "from_day": _("From"),
                  "duty_phone": _("Duty phone, shown to residents")}  # fmt: skip
        choices = {
            "person": [(str(user.public_id), user.name) for user in self.people],
            "kind": list(post_words().items()),
            "body": [(body.code, named(body)) for body in self.bodies],
        }
        for name, field in self.fields.items():
            field.label = labels[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices[name]

    def values(self) -> dict[str, Any]:
        """What ``assign_post`` takes."""
        given = self.cleaned_data
        person = next(user for user in self.people if str(user.public_id) == given["person"])
        body = next(body for body in self.bodies if body.code == given["body"])
        return {"user": person, "kind": given["kind"], "body": body, "from_day": given["from_day"],
                "duty_phone": given["duty_phone"]}  # fmt: skip


def _people(grid: Grid) -> list[User]:
    """Who works here: people of the district with a role now or later."""
    rows = User.objects.filter(district_id=grid.district_id, is_active=True, grants__retired_at__isnull=True)
    return list(rows.distinct().order_by("name", "pk"))


def _bodies(grid: Grid) -> list[Body]:
    """The grid's own body, those of its community and subdistrict, and all that link officials."""
    rows = Body.objects.filter(district_id=grid.district_id, valid_to__isnull=True)
    near = Q(pk=grid.body_id) | Q(division_id=grid.community_id) | Q(division_id=grid.subdistrict_id)
    wide = Q(kind__in=(Body.Kind.DISTRICT, Body.Kind.DEPARTMENT, Body.Kind.SUBDISTRICT_OFFICE))
    return list(rows.filter((near & ~Q(division__isnull=True)) | Q(pk=grid.body_id) | wide).order_by("sort_key"))

"""Putting a person into a grid's team."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gridward.accounts.models import Body, User
from gridward.core.written import without_harm
from gridward.grids.models import Grid
from gridward.grids.words import named, post_words
from gridward.web.forms import PlainForm

MOST_OFFERED = 50


class PostForm(PlainForm):
    """Who, as what, for which body, from when. People are named by their public id.

    Those of the bodies around the grid stand in the list; others of the district are looked for by name.
    """

    find = forms.CharField(required=False, max_length=40)
    person = forms.ModelChoiceField(User.objects.none(), to_field_name="public_id")
    kind = forms.ChoiceField()
    body = forms.ChoiceField()
    from_day = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    duty_phone = forms.CharField(required=False, max_length=30)

    def __init__(self, data: Any = None, *, grid: Grid, today: date) -> None:
        super().__init__(data, initial={"from_day": today, "body": grid.body.code if grid.body else ""})
        self.bodies = _bodies(grid)
        labels = {"find": _("Look for somebody else by name"), "person": _("Person"), "kind": _("As"),
                  "body": _("Body"), "from_day": _("From"),
                  "duty_phone": _("Duty phone, shown to residents")}  # fmt: skip
        choices = {
            "kind": list(post_words().items()),
            "body": [(body.code, named(body)) for body in self.bodies],
        }
        for name, field in self.fields.items():
            field.label = labels[name]
            if name in choices:
                field.choices = choices[name]
        self.fields["person"].queryset = _people(grid)
        self.fields["person"].widget.choices = _offered(grid, without_harm(str(self.data.get("find", "")))[:40].strip())

    def values(self) -> dict[str, Any]:
        """What ``assign_post`` takes."""
        given = self.cleaned_data
        body = next(body for body in self.bodies if body.code == given["body"])
        return {"user": given["person"], "kind": given["kind"], "body": body, "from_day": given["from_day"],
                "duty_phone": given["duty_phone"]}  # fmt: skip


def _people(grid: Grid) -> QuerySet[User]:
    """Who works here: people of the district with a role now or later."""
    rows = User.objects.filter(district_id=grid.district_id, is_active=True, grants__retired_at__isnull=True)
    return rows.distinct().order_by("name", "pk")


def _offered(grid: Grid, words: str) -> list[tuple[str, str]]:
    """Who is looked for by name, else people of the bodies around the grid."""
    near = Q(grants__body__in=Body.objects.filter(_around(grid)))
    found = _people(grid).filter(Q(name__contains=words) | Q(username__startswith=words) if words else near)
    return [("", "—"), *((str(user.public_id), user.name) for user in found[:MOST_OFFERED])]


def _around(grid: Grid) -> Q:
    """The grid's own body and those of its community and subdistrict."""
    placed = Q(division__isnull=False) & (Q(division_id=grid.community_id) | Q(division_id=grid.subdistrict_id))
    return Q(district_id=grid.district_id, valid_to__isnull=True) & (Q(pk=grid.body_id) | placed)


def _bodies(grid: Grid) -> list[Body]:
    """The grid's own body, those of its community and subdistrict, and all that link officials."""
    kinds = (Body.Kind.DISTRICT, Body.Kind.DEPARTMENT, Body.Kind.SUBDISTRICT_OFFICE)
    wide = Q(district_id=grid.district_id, valid_to__isnull=True, kind__in=kinds)
    return list(Body.objects.filter(_around(grid) | wide).order_by("sort_key"))

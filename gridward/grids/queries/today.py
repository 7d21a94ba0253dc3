"""The grids that hold on a day, to choose from, and their ground."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from gridward.districts.models import District
from gridward.grids.models import Grid, GridShape
from gridward.grids.queries.days import in_force


def grids_on(district: District, day: date) -> QuerySet[Grid]:
    """By their codes."""
    held = GridShape.objects.filter(in_force(day), district=district)
    return Grid.objects.filter(district=district, pk__in=held.values("grid")).order_by("code")


def ground_of_grids(district: District, grid_ids: Collection[int], day: date) -> list[bytes]:
    """The shapes of some of them as WKB."""
    rows = GridShape.objects.filter(in_force(day), district=district, grid__in=list(grid_ids)).order_by("pk")
    return [bytes(shape.wkb) for shape in rows.values_list("shape", flat=True)]

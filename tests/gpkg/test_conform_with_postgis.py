"""The same lookups on both databases find the same rows."""

import os
import random
from typing import Any

import pytest
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Exists, OuterRef, Q

from gridward.gpkg.operators import LOOKUPS
from tests.gpkg.samples import edge_cases, random_shapes
from tests.gpkg.shapes import Grid, Place, Thing

pytestmark = [pytest.mark.postgis, pytest.mark.long_transaction("stores all its shapes at once")]

Answers = dict[tuple[str, str, str], Any]
RANDOM_SHAPES = 400 if os.environ.get("GRIDWARD_TIER") == "full" else 60


@pytest.fixture
def both(geopackage: Any, postgis: Any) -> list[str]:
    return [geopackage.alias, postgis.alias]


def store(alias: str, shapes: list[GEOSGeometry]) -> None:
    """Store the shapes, numbered, and one row without a shape."""
    rows = [Thing(number=number, shape=shape) for number, shape in enumerate(shapes)]
    Thing.objects.using(alias).bulk_create([*rows, Thing(number=len(shapes), shape=None)])


def ask_by_value(alias: str, questions: list[GEOSGeometry]) -> Answers:
    """Every lookup with every geometry, and its opposite."""
    answers: Answers = {}
    things = Thing.objects.using(alias).order_by("number")
    for lookup in LOOKUPS:
        for question in questions:
            asked = Q(**{f"shape__{lookup}": question})
            for word, found in (("is", things.filter(asked)), ("is not", things.exclude(asked))):
                answers[lookup, word, question.wkt] = list(found.values_list("number", flat=True))
    return answers


def ask_by_column(alias: str) -> Answers:
    """Every lookup between two columns, indexed and inside a subquery."""
    answers: Answers = {}
    for lookup in LOOKUPS:
        inner = Thing.objects.using(alias).filter(**{f"shape__{lookup}": OuterRef("shape")})
        others = inner.exclude(number=OuterRef("number"))
        found = Thing.objects.using(alias).filter(Exists(others)).order_by("number")
        answers[lookup, "columns", ""] = list(found.values_list("number", flat=True))
    return answers


def disagreements(both: list[str], shapes: list[GEOSGeometry], least: int) -> list[Any]:
    gpkg, postgis = ({**ask_by_value(alias, shapes), **ask_by_column(alias)} for alias in both)
    assert len(gpkg) >= least
    assert any(gpkg.values())
    return [(key, gpkg[key], postgis[key]) for key in postgis if gpkg[key] != postgis[key]]


def test_edge_cases_find_the_same_rows(both: list[str]) -> None:
    shapes = edge_cases()
    for alias in both:
        store(alias, shapes)
    assert disagreements(both, shapes, least=500) == []


def test_neighbouring_random_shapes_find_the_same_rows(both: list[str]) -> None:
    shapes = random_shapes(random.Random(20), RANDOM_SHAPES)
    for alias in both:
        store(alias, shapes)
    assert disagreements(both, shapes, least=600) == []


def test_extents_are_the_same(both: list[str]) -> None:
    extents = []
    for alias in both:
        store(alias, [*random_shapes(random.Random(5), 30), *edge_cases()])
        things = Thing.objects.using(alias)
        all_of_them = things.aggregate(box=Extent("shape"))["box"]
        few = things.aggregate(box=Extent("shape", filter=Q(number__lt=3)))["box"]
        none = things.filter(number=-1).aggregate(box=Extent("shape"))["box"]
        extents.append((all_of_them, few, none))
    assert extents[0] == extents[1]
    assert extents[0][2] is None


def test_a_join_of_places_and_grids_is_the_same(both: list[str]) -> None:
    shapes = edge_cases()
    outlines = [shape for shape in shapes if shape.geom_type == "MultiPolygon"]
    spots = [shape for shape in shapes if shape.geom_type == "Point"]
    answers = []
    for alias in both:
        Grid.objects.using(alias).bulk_create(Grid(code=str(n), outline=o) for n, o in enumerate(outlines))
        Place.objects.using(alias).bulk_create(Place(name=str(n), spot=s) for n, s in enumerate(spots))
        grids = Grid.objects.using(alias).filter(outline__covers=OuterRef("spot")).order_by("code")
        places = Place.objects.using(alias).annotate(code=grids.values("code")[:1]).order_by("id")
        answers.append(list(places.values_list("name", "code")))
    assert answers[0] == answers[1]
    assert any(code for _, code in answers[0])

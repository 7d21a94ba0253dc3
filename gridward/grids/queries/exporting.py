"""Layers for GIS desktops: divisions, cells, grids in force, ground, and what higher apps add.

No table that names a person is among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridward.areas.models import Division, GroundFeature
from gridward.districts.models import District
from gridward.grids.models import Cell, GridShape
from gridward.grids.queries.days import in_force
from gridward.grids.shapes import to_shapely
from gridward.work import collected

CHUNK = 500
MULTI = {"Polygon": shapely.multipolygons, "LineString": shapely.multilinestrings, "Point": shapely.multipoints}


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """One row of a layer; all shapes of a layer are of one type."""

    layer: str
    geometry: BaseGeometry
    properties: dict[str, Any]


def exported_rows(district: District, day: date) -> Iterator[ExportedRow]:
    """Row by row, layer by layer, as they are on a day."""
    yield from _divisions(district)
    yield from _cells(district)
    yield from _grids(district, day)
    yield from _ground(district)
    for more in collected.joins().get("grids.exported_rows", ()):
        yield from more(district=district)


def as_multi(shape: Any) -> BaseGeometry:
    """The shape as a collection of its kind, so that a layer has one type."""
    geometry = to_shapely(shape)
    promote = MULTI.get(geometry.geom_type)
    return promote([geometry]) if promote else geometry


def _divisions(district: District) -> Iterator[ExportedRow]:
    rows = Division.objects.filter(district=district, outline__isnull=False).order_by("level", "code", "pk")
    for row in rows.iterator(CHUNK):
        yield ExportedRow("divisions", as_multi(row.outline), {
            "code": row.code, "level": row.level, "name_zh": row.name_zh, "name_en": row.name_en,
            "scheme": row.scheme, "edition": row.edition, "in_use": int(row.is_in_use),
        })  # fmt: skip


def _cells(district: District) -> Iterator[ExportedRow]:
    rows = Cell.objects.filter(district=district).select_related("community").order_by("code")
    for row in rows.iterator(CHUNK):
        community = row.community.code if row.community else None
        yield ExportedRow("cells", as_multi(row.shape), {
            "code": row.code, "community": community, "area_m2": row.area_m2,
        })  # fmt: skip


def _grids(district: District, day: date) -> Iterator[ExportedRow]:
    rows = GridShape.objects.filter(in_force(day), district=district).order_by("grid__code")
    for row in rows.select_related("grid__community", "grid__subdistrict", "grid__body", "plan").iterator(CHUNK):
        grid = row.grid
        yield ExportedRow("grids", as_multi(row.shape), {
            "code": grid.code, "kind": grid.kind, "name_zh": grid.name_zh, "name_en": grid.name_en,
            "community": grid.community.code if grid.community else None,
            "subdistrict": grid.subdistrict.code if grid.subdistrict else None,
            "body": grid.body.code if grid.body else None, "area_m2": row.area_m2, "households": row.households,
            "plan": row.plan.name_zh, "valid_from": str(row.valid_from),
        })  # fmt: skip


def _ground(district: District) -> Iterator[ExportedRow]:
    """The ground in a layer for each type of shape, as GeoPackage wants it."""
    layers = {"MultiPolygon": "ground_areas", "MultiLineString": "ground_lines", "MultiPoint": "ground_points"}
    rows = GroundFeature.objects.filter(district=district).order_by("kind", "rank", "pk")
    for row in rows.iterator(CHUNK):
        geometry = as_multi(row.shape)
        if layer := layers.get(geometry.geom_type):
            yield ExportedRow(layer, geometry, {
                "kind": row.kind, "name_zh": row.name_zh, "name_en": row.name_en, "rank": row.rank,
                "source": row.source,
            })  # fmt: skip

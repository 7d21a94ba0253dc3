"""The spatial lookups that both databases answer alike, and the sentence for every other one."""

from collections.abc import Callable
from typing import Any

from django.contrib.gis.db.backends.utils import SpatialOperator
from django.contrib.gis.geos import GEOSGeometry
from django.db import NotSupportedError
from django.db.models.expressions import Col

LOOKUPS = ("intersects", "within", "contains", "covers", "coveredby")
Part = tuple[str, Any]  # SQL and its parameters
ENCLOSING = {"contains", "covers"}
CORNERS = ("MinX", "MinY", "MaxX", "MaxY")

USE_LOOKUPS = "Use intersects, within, contains, covers or coveredby."
USE_METRES = (
    "Metres and areas come from gridward.core.geometry in the district's local projection: "
    "fetch the rows of a box with intersects, then measure them there."
)
USE_PYTHON = "Fetch the rows and work on their geometries with shapely, or in gridward.core.geometry."

ADVICE = {
    **dict.fromkeys(("dwithin", "distance_gt", "distance_gte", "distance_lt", "distance_lte"), USE_METRES),
    **dict.fromkeys(("Distance", "GeometryDistance", "Area", "Length", "Perimeter", "BoundingCircle"), USE_METRES),
    **dict.fromkeys(("bboverlaps", "disjoint"), "Use intersects (with exclude() for its opposite)."),
    **dict.fromkeys(("bbcontains", "contains_properly"), "Use covers or contains."),
    "contained": "Use coveredby or within.",
    **dict.fromkeys(("exact", "same_as", "equals"), "Use covers and coveredby together."),
    "Transform": "Convert coordinates in gridward.core.coordinates before storing or asking.",
    "IsEmpty": "Store NULL instead of an empty geometry and filter with isnull.",
}


def unsupported(name: str) -> NotSupportedError:
    """The refusal of a lookup, function or aggregate, saying what to use instead."""
    is_lookup = name.islower()
    advice = ADVICE.get(name, USE_LOOKUPS if is_lookup else USE_PYTHON)
    kind = "lookup" if is_lookup else "function"
    return NotSupportedError(f"The spatial {kind} {name} is not answered alike on both databases. {advice}")


class BoxIndex:
    """Finds candidate rows by the four numbers of the R*Tree beside a GeoPackage table.

    The tree keeps 32-bit numbers rounded outward: a stored box is never smaller than the true one,
    so a condition here never loses a row. For a database that keeps the four numbers in columns,
    only `condition` differs.
    """

    def condition(self, column: Col, right: list[Part], enclosing: bool, quote: Callable[[str], str]) -> Part:
        """SQL that holds for rows whose box encloses (or else meets) the box min x, min y, max x, max y."""
        x0, y0, x1, y1 = right
        # A stored box may be wider than the true one: it can prove "encloses", never "is enclosed".
        bounds = (x0, x1, y0, y1) if enclosing else (x1, x0, y1, y0)
        wanted = "minx <= {} AND maxx >= {} AND miny <= {} AND maxy >= {}".format(*(sql for sql, _ in bounds))
        model = column.target.model._meta
        tree = quote(f"rtree_{model.db_table}_{column.target.column}")
        sql = f"{quote(column.alias)}.{quote(model.pk.column)} IN (SELECT id FROM {tree} WHERE {wanted})"
        return sql, [param for _, params in bounds for param in params]


class Predicate(SpatialOperator):
    """A predicate function, behind the box index where the left side is an indexed column."""

    def __init__(self, name: str) -> None:
        super().__init__(func=f"ST_{name}")
        self.enclosing = name in ENCLOSING

    def as_sql(self, connection: Any, lookup: Any, template_params: dict[str, Any], sql_params: Any) -> Part:
        """Write `id IN (boxes) AND ST_predicate(left, right)`."""
        refuse_other_srid(lookup.lhs.output_field, lookup.rhs)
        exact, params = super().as_sql(connection, lookup, template_params, sql_params)
        column = lookup.lhs
        if not isinstance(column, Col) or not connection.has_box_index(column.target):
            return exact, params
        # The left side is a plain column without parameters: all of them belong to the right side.
        corners = _corners(lookup.rhs, template_params["rhs"], params)
        quote = connection.ops.quote_name
        possible, box_params = connection.ops.box_index.condition(column, corners, self.enclosing, quote)
        return f"({possible} AND {exact})", [*box_params, *params]


def _corners(right: Any, right_sql: str, right_params: Any) -> list[Part]:
    """The right side's box as four SQL expressions: numbers where it is a value, else read per row."""
    if not isinstance(right, GEOSGeometry):
        return [(f"ST_{corner}({right_sql})", right_params) for corner in CORNERS]
    box = (None,) * 4 if right.empty else right.extent
    return [("%s", [number]) for number in box]


def refuse_other_srid(field: Any, value: Any) -> None:
    """Refuse to store or compare a geometry of another coordinate system than the field's."""
    srid = value.srid if hasattr(value, "srid") else getattr(getattr(value, "output_field", None), "srid", None)
    if srid not in (None, field.srid):
        raise NotSupportedError(
            f"A geometry in EPSG:{srid} meets the field {field.name} in EPSG:{field.srid}. {ADVICE['Transform']}"
        )

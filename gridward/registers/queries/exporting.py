"""Components as a layer for GIS desktops, under the names of the standard's field dictionary in English."""

from collections.abc import Iterator

import shapely

from gridward.districts.models import District
from gridward.grids.queries.exporting import ExportedRow
from gridward.registers.queries.listing import SHOWN, kept

CHUNK = 500


def component_rows(*, district: District) -> Iterator[ExportedRow]:
    """Row by row, in the order of the codes."""
    rows = kept(district).select_related(*SHOWN).order_by("code")
    for row in rows.iterator(CHUNK):
        yield ExportedRow("components", shapely.multipoints([(row.position.x, row.position.y)]), {
            "code": row.code, "class": row.class_code, "name": row.name, "place": row.place,
            "cell": row.cell.code if row.cell else None, "owner": row.owner.code if row.owner else None,
            "maintainer": row.maintainer.code if row.maintainer else None, "state": row.state,
            "since": str(row.since) if row.since else None,
        })  # fmt: skip

"""What goes into the file comes out again, and what does not belong is refused."""

import struct
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry, Point, Polygon
from django.db import DataError, IntegrityError, NotSupportedError
from django.db.models import Case, Value, When

from gridward.gpkg.blob import box_of, encode, is_empty, srid_of, wkb_of
from tests.gpkg.samples import edge_cases
from tests.gpkg.shapes import Grid, Place, Sample, Thing

SAMPLE = {
    "shape": Polygon.from_bbox((112.9, 28.1, 113.0, 28.2)),
    "words": "路灯不亮",
    "more_words": "three\nlines\n了",
    "whole": -(2**31),
    "small": 32767,
    "large": 2**53 - 1,
    "real": 0.1,
    "truth": True,
    "day": date(2026, 2, 28),
    "instant": datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC),
    "hour": time(7, 30, 0, 5),
    "span": timedelta(days=2, microseconds=3),
    "key": UUID("12345678123456781234567812345678"),
    "listing": {"a": [1, None, "二"]},
    "raw": b"\x00\xff",
    "exact": Decimal("12345.67"),
}


@pytest.mark.parametrize("shape", edge_cases(), ids=lambda shape: shape.wkt[:40])
def test_a_blob_says_what_the_geometry_says(shape: GEOSGeometry) -> None:
    blob = encode(shape)
    assert blob[:3] == b"GP\0"
    assert srid_of(blob) == 4326
    assert is_empty(blob) == shape.empty
    assert box_of(blob) == (None if shape.empty else shape.extent)
    assert shape.empty or GEOSGeometry(memoryview(wkb_of(blob))).equals_exact(shape)


def test_a_blob_of_another_writer_is_read() -> None:
    big_endian = b"GP\0\x00" + struct.pack(">i", 4326) + struct.pack(">BI2d", 0, 1, 3.0, 4.0)
    assert (srid_of(big_endian), box_of(big_endian)) == (4326, (3.0, 4.0, 3.0, 4.0))
    line = GEOSGeometry("LINESTRING (1 5, 2 7)", srid=4326)
    without_envelope = b"GP\0\x01" + struct.pack("<i", 4326) + bytes(line.wkb)
    assert box_of(without_envelope) == (1.0, 5.0, 2.0, 7.0)
    with_heights = b"GP\0\x05" + struct.pack("<i6d", 4326, 1, 2, 5, 7, 0, 9) + bytes(line.wkb)
    assert box_of(with_heights) == (1.0, 5.0, 2.0, 7.0)
    assert wkb_of(with_heights) == bytes(line.wkb)


def test_every_shape_comes_back_from_the_file(geopackage: Any) -> None:
    shapes = edge_cases()
    Thing.objects.using("file").bulk_create(Thing(number=n, shape=s) for n, s in enumerate(shapes))
    back = Thing.objects.using("file").order_by("number")
    assert [(thing.shape.wkt, thing.shape.srid) for thing in back] == [(s.wkt, 4326) for s in shapes]


def test_every_kind_of_field_comes_back_from_the_file(geopackage: Any) -> None:
    Sample.objects.using("file").create(**SAMPLE)
    back = Sample.objects.using("file").get()
    for name, value in SAMPLE.items():
        assert getattr(back, name) == value, name
    late = Sample.objects.using("file").filter(instant__year=2026, instant__gte=SAMPLE["instant"], truth=True)
    assert late.count() == 1


def test_columns_have_the_types_of_the_specification(geopackage: Any) -> None:
    allowed = ("BOOLEAN", "SMALLINT", "INTEGER", "REAL", "TEXT", "BLOB", "DATE", "DATETIME")
    with geopackage.cursor() as cursor:
        cursor.execute("SELECT name, type FROM pragma_table_info('shapes_sample')")
        types = dict(cursor.fetchall())
    assert types.pop("shape") == "POLYGON"
    assert types["id"] == "INTEGER"
    assert types["words"] == "TEXT(20)"
    assert {name for name, kind in types.items() if kind.partition("(")[0] not in allowed} == set()


def test_geometries_are_updated_one_by_one_in_bulk_and_by_expression(geopackage: Any) -> None:
    places = Place.objects.using("file")
    one, two = places.create(spot=Point(1, 1)), places.create(spot=Point(2, 2))
    one.spot = Point(10, 10)
    one.save(using="file")
    two.spot = Point(20, 20)
    places.bulk_update([two], ["spot"])
    assert [place.spot.coords for place in places.order_by("id")] == [(10, 10), (20, 20)]
    chosen = Case(When(id=one.id, then=Value(Point(5, 5), output_field=models.PointField())), default="spot")
    places.update(spot=chosen)
    assert [place.spot.coords for place in places.order_by("id")] == [(5, 5), (20, 20)]
    near = places.filter(spot__within=Polygon.from_bbox((4, 4, 6, 6)))
    assert [place.id for place in near] == [one.id]


def test_another_coordinate_system_is_refused(geopackage: Any) -> None:
    elsewhere = Point(113, 28, srid=4490)
    places = Place.objects.using("file")
    for act in (
        lambda: places.create(spot=elsewhere),
        lambda: places.bulk_create([Place(spot=elsewhere)]),
        lambda: places.update(spot=elsewhere),
        lambda: places.filter(spot__intersects=elsewhere).count(),
    ):
        with pytest.raises(NotSupportedError, match=r"EPSG:4490 .* EPSG:4326"):
            act()
    assert places.count() == 0


def test_another_type_and_heights_are_refused(geopackage: Any) -> None:
    Place.objects.using("file").create(spot=Point(1, 1))
    with pytest.raises(DataError, match="holds POINT, not POLYGON"):
        Place.objects.using("file").update(spot=Polygon.from_bbox((0, 0, 1, 1)))
    with pytest.raises(DataError, match="heights"):
        Thing.objects.using("file").create(number=1, shape=Point(1, 1, 1))


def test_foreign_keys_and_checks_hold(geopackage: Any) -> None:
    with pytest.raises(IntegrityError):
        Sample.objects.using("file").create(**{**SAMPLE, "small": -1})


def test_a_form_can_clear_a_geometry(geopackage: Any) -> None:
    grid = Grid.objects.using("file").create(outline=None)
    assert Grid.objects.using("file").get(id=grid.id).outline is None
    assert Grid.objects.using("file").filter(outline__isnull=True).count() == 1

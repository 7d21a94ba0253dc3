"""Very many rows leave the bytes that ``bulk_create`` leaves."""

import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import IntegrityError, transaction

from gridward.gpkg.ahead import sent_ahead
from gridward.gpkg.blob import unread_point
from gridward.gpkg.many import insert_many, new_row, update_many
from gridward.gpkg.reserving import reserve_ids
from tests.gpkg.shapes import Grid, Place, Sample

BOTH = pytest.mark.parametrize("kind", ["geopackage", pytest.param("postgis", marks=pytest.mark.postgis)])
SQUARE = "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))"
EAST = timezone(timedelta(hours=8))
HARD_WORDS = ["'\"%s?{}\\n,\n", "NULL"]


def samples() -> list[Sample]:
    moments = [datetime(2026, 5, 6, 1, 30, tzinfo=UTC), datetime(2026, 5, 6, 9, 30, 0, 250, tzinfo=EAST)]
    return [
        Sample(
            shape=GEOSGeometry(SQUARE, srid=4326), words="路灯", more_words=HARD_WORDS[n], whole=-3, small=7,
            large=1 << 50, real=0.1, truth=n == 0, day=date(2026, 5, 6), instant=at, hour=time(23, 59),
            span=timedelta(seconds=90_061), key=uuid.UUID(int=n), listing={"b": [1, "街"], "a": None},
            raw=b"\0\xff" * n, exact=Decimal("12.50"),
        )
        for n, at in enumerate(moments)
    ]  # fmt: skip


def rows_of(connection: Any, model: Any) -> list[Any]:
    """Rows as the file holds them, without their ids."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY 1')
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row[1:]) for row in cursor.fetchall()]


@BOTH
def test_many_rows_are_the_rows_of_bulk_create(kind: str, request: Any) -> None:
    connection = request.getfixturevalue(kind)
    alias = connection.alias
    Sample.objects.using(alias).bulk_create(samples())
    insert_many(samples(), using=alias)
    insert_many([], using=alias)
    rows = rows_of(connection, Sample)
    assert len(rows) == 4 and rows[:2] == rows[2:]
    assert [row.key.int for row in Sample.objects.using(alias).order_by("pk")] == [0, 1, 0, 1]


@BOTH
def test_many_rows_keep_ids_that_were_given_and_stand_in_the_tree(kind: str, request: Any) -> None:
    alias = request.getfixturevalue(kind).alias
    insert_many([Place(pk=77, spot=Point(1, 1, srid=4326)), Place(pk=78, name="nowhere")], using=alias)
    here = Place.objects.using(alias).filter(spot__intersects=Point(1, 1, srid=4326).buffer(0.1))
    assert [place.pk for place in here] == [77] and Place.objects.using(alias).get(pk=78).spot is None


@BOTH
def test_a_point_that_nobody_read_is_stored_as_one_that_was(kind: str, request: Any) -> None:
    connection = request.getfixturevalue(kind)
    spots = [unread_point(112.5, 28.25), Point(112.5, 28.25, srid=4326)]
    insert_many([Place(name="here", spot=spot) for spot in spots], using=connection.alias)
    unread, read = rows_of(connection, Place)
    assert unread == read
    asked = new_row(Place, spot=unread_point(112.5, 28.25)).spot
    assert asked == spots[1] and asked.srid == 4326


@BOTH
def test_many_rows_are_changed_each_to_its_own(kind: str, request: Any) -> None:
    alias = request.getfixturevalue(kind).alias
    insert_many(samples(), using=alias)
    for some in ((0, 1), (1,)):
        pks = list(Sample.objects.using(alias).order_by("pk").values_list("pk", flat=True))
        rows = [(f"\\{n}", [] if n else {"a": '"'}, bytes([n]), n == 1, pks[n]) for n in some]
        update_many(Sample, ("more_words", "listing", "raw", "truth"), rows, using=alias)
    left = Sample.objects.using(alias).order_by("pk").values_list("more_words", "listing", "truth")
    assert list(left) == [("\\0", {"a": '"'}, False), ("\\1", [], True)]


@BOTH
def test_what_is_sent_ahead_is_written_whole_or_not_at_all(kind: str, request: Any) -> None:
    connection = request.getfixturevalue(kind)
    alias, pks = connection.alias, reserve_ids(Place, 3, using=connection.alias)
    assert pks == list(range(pks[0], pks[0] + 3)) and pks[0] == (1 << 40) + 1
    with pytest.raises(IntegrityError), transaction.atomic(using=alias), sent_ahead(using=alias):
        insert_many([new_row(Place, id=pk) for pk in (*pks, pks[0])], using=alias)
        insert_many([new_row(Place, id=7)], using=alias)
    assert not Place.objects.using(alias).exists()
    with sent_ahead(using=alias):
        insert_many([new_row(Place, id=pk) for pk in pks], using=alias)
        update_many(Place, ("name",), [(str(pk), pk) for pk in pks], using=alias)
        assert Place.objects.using(alias).filter(name=str(pks[2])).count() == 1
    assert Place.objects.using(alias).count() == 3


def test_a_new_row_has_the_defaults_of_its_model_and_no_other_columns() -> None:
    one, other = new_row(Grid, code="G1"), Grid(code="G1")
    assert {k: v for k, v in one.__dict__.items() if k != "_state"} == {
        k: v for k, v in other.__dict__.items() if k != "_state"
    }
    assert one._state.adding
    with pytest.raises(TypeError, match="no column kode"):
        new_row(Grid, kode="G1")

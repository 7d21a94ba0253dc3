"""Indexes of a large load: away meanwhile, whole after it, whatever cuts it off."""

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from gridward.gpkg.ids import NodeAutoField
from gridward.gpkg.indexes import indexes_are_aside, put_indexes_back, refresh_statistics, set_indexes_aside

BOTH = pytest.mark.parametrize("kind", ["empty_file", pytest.param("empty_postgis", marks=pytest.mark.postgis)])

KNOWN = {  # how many rows the planner believes in
    "sqlite": "SELECT DISTINCT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = %s AND idx = 'lamp_number'",
    "postgresql": "SELECT reltuples::int FROM pg_class WHERE relname = %s",
}


class Lamp(models.Model):
    id = NodeAutoField(primary_key=True)
    street = models.TextField(db_index=True)
    number = models.IntegerField()
    is_lit = models.BooleanField()

    class Meta:
        app_label = "shapes"
        constraints = [
            models.UniqueConstraint(fields=["street", "number"], condition=models.Q(is_lit=True), name="lit_once")
        ]
        indexes = [
            models.Index(fields=["number"], name="lamp_number"),
            models.Index(fields=["street"], condition=models.Q(is_lit=False), name="lamp_dark"),
        ]


def indexes_of(connection: Any) -> Any:
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, Lamp._meta.db_table)


@BOTH
def test_plain_indexes_are_away_during_a_load_and_the_same_after_it(kind: str, request: Any) -> None:
    connection = request.getfixturevalue(kind)
    lamps = Lamp.objects.using(connection.alias)
    with connection.schema_editor() as editor:
        editor.create_model(Lamp)
    before = indexes_of(connection)
    set_indexes_aside(connection, [Lamp])
    set_indexes_aside(connection, [Lamp])
    assert indexes_are_aside(connection) == (connection.vendor == "sqlite")
    assert len(indexes_of(connection)) == len(before) - 3 * indexes_are_aside(connection)
    lamps.bulk_create(Lamp(street="柳荫路", number=n, is_lit=True) for n in range(9))
    with pytest.raises(IntegrityError), transaction.atomic(using=connection.alias):
        lamps.create(street="柳荫路", number=3, is_lit=True)
    put_indexes_back(connection)
    assert indexes_of(connection) == before and not indexes_are_aside(connection) and lamps.count() == 9
    refresh_statistics(connection, [Lamp])
    with connection.cursor() as cursor:
        cursor.execute(KNOWN[connection.vendor], [Lamp._meta.db_table])
        assert cursor.fetchone()[0] == 9


def test_building_that_was_cut_off_goes_on(empty_file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with empty_file.schema_editor() as editor:
        editor.create_model(Lamp)
    before = indexes_of(empty_file)
    set_indexes_aside(empty_file, [Lamp])
    asked = iter([True, True, False])
    with monkeypatch.context() as patch:
        patch.setattr("gridward.gpkg.indexes.indexes_are_aside", lambda connection: next(asked))
        put_indexes_back(empty_file)
    assert len(indexes_of(empty_file)) == len(before) - 1 and indexes_are_aside(empty_file)
    put_indexes_back(empty_file)
    assert indexes_of(empty_file) == before

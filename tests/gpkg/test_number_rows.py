"""Ids carry the node that gave them, on both databases, and never meet in a hub."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.color import no_style
from django.db import IntegrityError, connections
from django.db.migrations.writer import MigrationWriter

from gridward.gpkg.ids import NodeAutoField, first_id_before, last_id, node_of
from tests.cluster import database_of_its_own
from tests.gpkg.connections import connection_to, make_tables
from tests.gpkg.shapes import MODELS, Place

BOTH = pytest.mark.parametrize("kind", ["geopackage", pytest.param("postgis", marks=pytest.mark.postgis)])


@contextmanager
def node_database(kind: str, node: int, request: Any, settings: Any) -> Iterator[str]:
    """A database of a node's own; answers its alias."""
    settings.GRIDWARD_NODE = node
    alias = f"{kind}_{node}"
    if kind == "geopackage":
        url = f"gpkg://{request.getfixturevalue('tmp_path')}/{node}.gpkg?synchronous=off"
        with connection_to(alias, url) as connection:
            make_tables(connection)
            yield alias
        return
    server = request.getfixturevalue("postgis_url")
    with database_of_its_own(server, f"node_{node}") as url, connection_to(alias, url) as connection:
        make_tables(connection)
        yield alias


@pytest.fixture
def nodes(request: Any, settings: Any, unblocked: None, kind: str) -> Any:
    """Open databases of nodes, closed after the test."""
    return lambda node: node_database(kind, node, request, settings)


@BOTH
def test_ids_begin_at_the_node_and_count_up(nodes: Any) -> None:
    with nodes(5) as alias:
        places = Place.objects.using(alias)
        assert places.create().id == (5 << 40) + 1
        assert [place.id & 0xFF for place in places.bulk_create([Place(), Place()])] == [2, 3]
        assert places.create(id=7).id == 7
        assert places.create().id == (5 << 40) + 4
        assert {node_of(place.id) for place in places.exclude(id=7)} == {5}


@BOTH
def test_emptying_the_tables_begins_again_at_the_node(nodes: Any) -> None:
    with nodes(5) as alias:
        connection = connections[alias]
        Place.objects.using(alias).bulk_create([Place(), Place()])
        tables = [model._meta.db_table for model in MODELS]
        for statement in connection.ops.sql_flush(no_style(), tables, reset_sequences=True):
            with connection.cursor() as cursor:
                cursor.execute(statement)
        assert Place.objects.using(alias).create().id == (5 << 40) + 1


@BOTH
def test_two_nodes_meet_in_a_hub_without_collision(nodes: Any) -> None:
    rows: list[Place] = []
    for node in (5, 6):
        with nodes(node) as alias:
            Place.objects.using(alias).bulk_create([Place(name=f"{node}.{n}") for n in range(50)])
            rows += Place.objects.using(alias)
    with nodes(4095) as hub:
        places = Place.objects.using(hub)
        places.create(name="hub")
        places.bulk_create(rows)
        own = places.create(name="hub")
        assert places.count() == 102
        assert own.id == (4095 << 40) + 2
        assert places.get(id=(6 << 40) + 50).name == "6.49"


@pytest.mark.parametrize("kind", ["geopackage"])
def test_a_geopackage_refuses_the_row_of_a_higher_node(nodes: Any) -> None:
    with nodes(5) as alias:
        Place.objects.using(alias).create(id=last_id(5))
        with pytest.raises(IntegrityError):
            Place.objects.using(alias).create(id=first_id_before(6) + 1)


def test_ids_stay_exact_in_a_browser() -> None:
    assert last_id(4095) < 2**53
    assert float(last_id(4095)) == last_id(4095)


@pytest.mark.parametrize("node", [0, 4096, -1])
def test_a_node_out_of_range_is_refused(node: int) -> None:
    with pytest.raises(ImproperlyConfigured, match="1 to 4095"):
        first_id_before(node)


def test_the_field_is_written_alike_in_every_migration(settings: Any) -> None:
    text = [MigrationWriter.serialize(NodeAutoField(primary_key=True))]
    settings.GRIDWARD_NODE = 77
    text.append(MigrationWriter.serialize(NodeAutoField(primary_key=True)))
    assert text[0] == text[1]
    assert text[0][0] == "gridward.gpkg.ids.NodeAutoField(primary_key=True)"

"""Connections of these tests' own: a GeoPackage file, and a PostGIS database where the server is there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from gridward.gpkg.url import parse_database_url
from tests.cluster import database_of_its_own
from tests.gpkg.shapes import MODELS


@contextmanager
def connection_to(alias: str, url: str) -> Iterator[Any]:
    """Make a connection known to Django under an alias, for as long as the block lasts."""
    connections.databases[alias] = parse_database_url(url)
    connections.configure_settings(connections.databases)
    try:
        yield connections[alias]
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]


@pytest.fixture
def unblocked(django_db_blocker: Any) -> Iterator[None]:
    """These connections are no test databases of Django's."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def empty_file(tmp_path: Path, unblocked: None) -> Iterator[Any]:
    """A connection to a new GeoPackage file without tables."""
    with connection_to("file", f"gpkg://{tmp_path}/town.gpkg?synchronous=off") as connection:
        yield connection


@pytest.fixture
def empty_postgis(postgis_url: str, unblocked: None) -> Iterator[Any]:
    """A connection to a new PostGIS database without tables."""
    with (
        database_of_its_own(postgis_url, f"gpkg_test_{os.getpid()}") as url,
        connection_to("postgis", url) as connection,
    ):
        yield connection


def make_tables(connection: Any) -> Any:
    """Make the tables of the test models."""
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    return connection


@pytest.fixture
def geopackage(empty_file: Any) -> Any:
    """A GeoPackage file with the tables of the test models."""
    return make_tables(empty_file)


@pytest.fixture
def postgis(empty_postgis: Any) -> Any:
    """A PostGIS database with the tables of the test models."""
    return make_tables(empty_postgis)

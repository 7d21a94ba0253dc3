"""Connections of these tests' own: a GeoPackage file, and a PostGIS database where the server is there."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import database_of_its_own
from tests.gpkg.connections import connection_to, make_tables


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


@pytest.fixture
def geopackage(empty_file: Any) -> Any:
    """A GeoPackage file with the tables of the test models."""
    return make_tables(empty_file)


@pytest.fixture
def postgis(empty_postgis: Any) -> Any:
    """A PostGIS database with the tables of the test models."""
    return make_tables(empty_postgis)

"""Connections beside Django's own, for tests and benchmarks that speak to two databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from gridward.gpkg.url import parse_database_url
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


def make_tables(connection: Any) -> Any:
    """Make the tables of the test models."""
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    return connection

"""Statements that nobody waits for: the server writes while the next ones are made."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def sent_ahead(*, using: str = "default") -> Iterator[None]:
    """Inside, a statement that answers no rows is only sent; its error, if any, comes with a later one or at the end.

    For very many writes in one transaction on PostgreSQL (its pipeline); on the GeoPackage it changes nothing. A query
    for rows works and waits for all that was sent before it.
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield

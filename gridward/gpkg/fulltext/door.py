"""One function a need; a module for each database behind it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Model, QuerySet

from gridward.core.search.bigrams import Phrase
from gridward.gpkg.fulltext import geopackage, postgis


class Worded(NamedTuple):
    """A row of a table with a ``WordsField``: its id, its newness and its kept text.

    ``newness`` orders the rows, the newest has the highest; no two rows have the same.
    """

    pk: int
    newness: int
    kept: str


def _of(connection: Any) -> Any:
    return geopackage if connection.vendor == "sqlite" else postgis


def make_index(schema_editor: Any, table: str) -> None:
    """What the words of a table's column ``words`` are found by; for a migration, after the table."""
    _of(schema_editor.connection).make_index(schema_editor, table)


def remove_index(schema_editor: Any, table: str) -> None:
    """Its undoing; for a migration, before the table goes."""
    _of(schema_editor.connection).remove_index(schema_editor, table)


def put_words(model: type[Model], rows: Sequence[Worded], *, using: str = "default") -> int:
    """Make or change rows with their index, in the caller's transaction; answer how many said something else."""
    changed: int = _of(connections[using]).put_words(connections[using], model._meta.db_table, rows) if rows else 0
    return changed


def clear_words(model: type[Model], *, using: str = "default") -> None:
    """Empty the table and its index at once, in the caller's transaction."""
    _of(connections[using]).clear_words(connections[using], model._meta.db_table)


def wrong_words(model: type[Model], rows: Sequence[Worded], *, using: str = "default") -> list[int]:
    """Of these rows as they should be, the ids of those that are missing or say something else."""
    wrong: list[int] = _of(connections[using]).wrong_words(connections[using], model._meta.db_table, rows)
    return wrong


def rows_saying(rows: QuerySet[Any], field: str, phrases: Sequence[Phrase]) -> QuerySet[Any]:
    """The rows whose words hold every phrase; none where nothing was asked. ``field`` leads to the ``WordsField``."""
    for phrase in phrases:
        rows = rows.filter(**{f"{field}__says": phrase})
    return rows if phrases else rows.none()


def newest_saying(rows: QuerySet[Any], field: str, phrases: Sequence[Phrase], most: int) -> list[int]:
    """The ids of the newest ``most`` of these rows whose words hold every phrase, the newest first; rights and filters
    of the rows are asked in the same query. ``field`` leads over a relation of one to one.
    """
    if not phrases:
        return []
    relation, _, column = field.rpartition("__")
    found: list[int] = _of(connections[rows.db]).newest_saying(rows, relation, column, phrases, most)
    return found

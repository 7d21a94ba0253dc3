"""Loading many rows: the R*Tree is left alone and built once at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Model

from gridward.gpkg.schema import trees_of
from gridward.gpkg.tables import refresh_contents


@contextmanager
def bulk_load(connection: Any, model: type[Model]) -> Iterator[None]:
    """Write many rows of a model in one transaction, without keeping its R*Trees row by row.

    Lookups inside the block stay right: they do without the tree. An error leaves table and tree as
    they were. On another database the block is only a transaction.
    """
    with transaction.atomic(using=connection.alias):
        if connection.ops.name != "gpkg":
            yield
            return
        trees, table = trees_of(model), model._meta.db_table
        with connection.cursor() as cursor:
            _run(cursor, [sql for tree in trees for sql in tree.drop_triggers()])
            connection.tables_without_tree.add(table)
            try:
                yield
            finally:
                connection.tables_without_tree.discard(table)
            for tree in trees:
                _run(cursor, [*tree.clear(), *tree.fill(), *tree.create_triggers()])
        refresh_contents(connection, [table])


def _run(cursor: Any, statements: list[str]) -> None:
    for statement in statements:
        cursor.execute(statement)

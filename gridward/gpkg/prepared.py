"""A query by one number, compiled once for each connection: who asks it a thousand times compiles it once."""

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

T = TypeVar("T")
NUMBER = 31_415  # stands in the compiled query where the number goes; every kind of id can be it


class _Compiled(NamedTuple):
    rows: Any
    compiler: Any
    sql: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    locks: bool


class Prepared(Generic[T]):
    """``Prepared(lambda pk: Case.objects.filter(pk=pk))``: ``rows(7)`` is the list of that query for 7.

    The number must be the only value that changes, and the query must not depend on anything else that does.
    """

    def __init__(self, make: Callable[[int], QuerySet[Any, T]]) -> None:
        self._make = make

    def rows(self, number: int) -> list[T]:
        """Ask it, with Django's own iterables and converters; one that locks needs a transaction, as Django says."""
        ready = self._compiled_now()
        if ready.locks and not ready.compiler.connection.in_atomic_block:
            raise TransactionManagementError("rows are locked inside a transaction only")
        compiler, asked = copy(ready.compiler), ready.rows._chain()
        compiler.as_sql = lambda *_, **__: (ready.sql, (*ready.before, number, *ready.after))
        asked.query.get_compiler = lambda *_, **__: compiler
        return list(asked)

    def _compiled_now(self) -> _Compiled:
        connection = connections["default"]
        compiled: dict[Prepared[Any], _Compiled] = vars(connection).setdefault("gridward_prepared", {})
        if self not in compiled:
            rows = self._make(NUMBER)
            compiler = rows.query.get_compiler(connection=connection)
            sql, values = compiler.as_sql()
            [place] = [place for place, value in enumerate(values) if value == NUMBER]
            before, after = tuple(values[:place]), tuple(values[place + 1 :])
            locks = rows.query.select_for_update and connection.features.has_select_for_update
            compiled[self] = _Compiled(rows, compiler, sql, before, after, locks)
        return compiled[self]

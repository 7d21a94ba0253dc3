"""A query by one number, compiled once for each connection: who asks it a thousand times compiles it once."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.db.transaction import TransactionManagementError

T = TypeVar("T")
NUMBER = 31_415  # stands in the compiled query where the number goes; every kind of id can be it


class _Compiled(NamedTuple):
    compiler: Any
    converters: dict[int, Any]
    make: Callable[[Any], Any]
    sql: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    locks: bool


class Prepared(Generic[T]):
    """``Prepared(lambda pk: Case.objects.filter(pk=pk))``: ``rows(7)`` is the list of that query for 7.

    The number must be the only value that changes, and the query must not depend on anything else that does. Rows
    are instances with what ``select_related`` and ``annotate`` add, or the tuples of ``values_list``.
    """

    def __init__(self, make: Callable[[int], QuerySet[Any, T]]) -> None:
        self._make = make

    def rows(self, number: int) -> list[T]:
        """Ask it; one that locks needs a transaction, as Django says."""
        ready = self._compiled_now()
        connection = ready.compiler.connection
        if ready.locks and not connection.in_atomic_block:
            raise TransactionManagementError("rows are locked inside a transaction only")
        with connection.cursor() as cursor:
            cursor.execute(ready.sql, (*ready.before, number, *ready.after))
            found = cursor.fetchall()
        return [ready.make(row) for row in ready.compiler.apply_converters(found, ready.converters)]

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
            converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
            compiled[self] = _Compiled(compiler, converters, _maker(rows, compiler), sql, before, after, locks)
        return compiled[self]


def _maker(rows: QuerySet[Any, Any], compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """How a row of the database becomes one of the query: Django's own steps, looked up once."""
    if rows._iterable_class is ValuesListIterable:  # type: ignore[attr-defined]
        return tuple
    if rows._iterable_class is not ModelIterable:  # type: ignore[attr-defined]
        raise TypeError("a prepared query answers instances or tuples")
    info, select, alias = compiler.klass_info, compiler.select, compiler.connection.alias
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, *_ in select[first:last]]
    related = get_related_populators(info, select, alias)
    also = tuple(compiler.annotation_col_map.items())

    def make(row: Sequence[Any]) -> Any:
        made = info["model"].from_db(alias, names, row[first:last])
        for one in related:
            one.populate(row, made)
        for name, place in also:
            setattr(made, name, row[place])
        return made

    return make

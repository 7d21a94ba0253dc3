"""The field and what may be asked of it."""

from typing import Any

from django.db.models import Lookup, TextField

from gridward.gpkg.fulltext.postgis import tsquery


class WordsField(TextField):
    """A kept text (``core.search.bigrams.kept_text``): as it is on the GeoPackage, as a tsvector on PostgreSQL.

    Written only by ``put_words``, which tells the index.
    """

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "TEXT"


@WordsField.register_lookup
class Says(Lookup):  # type: ignore[type-arg]  # not subscriptable at run time
    """``words__says=phrase``: whether a ``core.search.bigrams.Phrase`` stands in the text."""

    lookup_name = "says"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return ("%s", [value.inside]) if connection.vendor == "sqlite" else ("%s::tsquery", [tsquery([value])])

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, before = self.process_lhs(compiler, connection)
        phrase, values = self.process_rhs(compiler, connection)
        sql = f"instr({column}, {phrase}) > 0" if connection.vendor == "sqlite" else f"{column} @@ {phrase}"
        return sql, [*before, *values]

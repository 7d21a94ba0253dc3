"""SQLite's FTS5: a table without content beside the kept texts. Its rowid is the newness, so that the newest come first
without sorting.

Its tokenizer is ``ascii``: tokens come told apart by spaces and in small letters, and every character beyond ASCII
belongs to its token, whatever year's Unicode it is of.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections

from gridward.core.search.bigrams import Phrase, tokens_of

ALWAYS, FEW = 1000, 20_000


def make_index(schema_editor: Any, table: str) -> None:
    # One character is the beginning of a pair: the lists of all beginnings are kept ready.
    schema_editor.execute(
        f"CREATE VIRTUAL TABLE \"{table}_words\" USING fts5(words, content='', tokenize='ascii', prefix='1')"
    )


def remove_index(schema_editor: Any, table: str) -> None:
    schema_editor.execute(f'DROP TABLE "{table}_words"')


def _indexed(newness: int, kept: str) -> tuple[int, str]:
    return newness, " ".join(tokens_of(kept))


def put_words(connection: Any, table: str, rows: Sequence[Any]) -> int:
    """A contentless table forgets a row only when it is told what the row said."""
    with connection.cursor() as cursor:
        there = _there(cursor, table, [row.pk for row in rows])
        changed = [row for row in rows if there.get(row.pk) != (row.newness, row.kept)]
        gone = sorted(_indexed(*there[row.pk]) for row in changed if row.pk in there)
        index = f'"{table}_words"'
        cursor.executemany(
            f'INSERT INTO {index} ("{table}_words", rowid, words) VALUES (\'delete\', %s, %s)', gone
        )  # fmt: skip
        cursor.executemany(f'INSERT OR REPLACE INTO "{table}" (id, newness, words) VALUES (%s, %s, %s)', changed)
        fresh = sorted(_indexed(row.newness, row.kept) for row in changed)  # ascending ids are merged in memory
        cursor.executemany(f"INSERT INTO {index} (rowid, words) VALUES (%s, %s)", fresh)
    return len(changed)


def _there(cursor: Any, table: str, pks: Sequence[int]) -> dict[int, tuple[int, str]]:
    marks = ", ".join(["%s"] * len(pks))
    cursor.execute(f'SELECT id, newness, words FROM "{table}" WHERE id IN ({marks})', pks)
    return {pk: (newness, words) for pk, newness, words in cursor.fetchall()}


def clear_words(connection: Any, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute(f'INSERT INTO "{table}_words" ("{table}_words") VALUES (\'delete-all\')')


def wrong_words(connection: Any, table: str, rows: Sequence[Any]) -> list[int]:
    """The kept text is compared, and whether the index holds a row of the newness."""
    with connection.cursor() as cursor:
        there = _there(cursor, table, [row.pk for row in rows])
        marks = ", ".join(["%s"] * len(rows))
        cursor.execute(f'SELECT id FROM "{table}_words_docsize" WHERE id IN ({marks})', [row.newness for row in rows])
        indexed = {newness for (newness,) in cursor.fetchall()}
    return [row.pk for row in rows if there.get(row.pk) != (row.newness, row.kept) or row.newness not in indexed]


def match(phrases: Sequence[Phrase]) -> str:
    """The question in FTS5's words: a phrase is a string, a star after it opens its last token."""
    return " AND ".join(f'"{" ".join(phrase.tokens)}"{" *" if phrase.is_prefix else ""}' for phrase in phrases)


def newest_saying(rows: Any, relation: str, column: str, phrases: Sequence[Phrase], most: int) -> list[int]:
    """What is fewer leads: the texts that say it, or the rows that the viewer sees. Where both are many, the texts do,
    from the newest on: what is found is found soon.
    """
    connection, table = connections[rows.db], rows.model._meta.get_field(relation).related_model._meta.db_table
    told = _count_saying(connection, table, phrases)
    if told > ALWAYS and rows.order_by()[: told + 1].count() <= told:
        return _newest_of(rows, relation, column, phrases, most)
    return _newest_told(connection, rows, table, phrases, most)


def _newest_of(rows: Any, relation: str, column: str, phrases: Sequence[Phrase], most: int) -> list[int]:
    for phrase in phrases:
        rows = rows.filter(**{f"{relation}__{column}__says": phrase})
    found = rows.order_by().values_list(f"{relation}__newness", "pk")
    return [pk for _, pk in sorted(found, reverse=True)[:most]]


def _newest_told(connection: Any, rows: Any, table: str, phrases: Sequence[Phrase], most: int) -> list[int]:
    """The rows' own query with the index before it: the newest that match come one by one, and each is asked whether
    it is among the rows. CROSS JOIN keeps that order, whatever the planner believes of tables it has no counts of.
    """
    home = rows.model._meta.db_table
    sql, values = rows.order_by().values_list("pk").query.sql_with_params()
    head, tail = sql.split(f' FROM "{home}"', 1)
    asked = (
        f'{head} FROM "{table}_words" AS told CROSS JOIN "{table}" AS kept CROSS JOIN "{home}"{tail}'
        f"{' AND ' if ' WHERE ' in tail else ' WHERE '}"
        f'told."{table}_words" MATCH %s AND kept.newness = told.rowid AND "{home}".id = kept.id '
        "ORDER BY told.rowid DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [*values, match(phrases), most])
        return [pk for (pk,) in cursor.fetchall()]


def _count_saying(connection: Any, table: str, phrases: Sequence[Phrase]) -> int:
    """How many texts hold the phrases, counted up to ``FEW``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM (SELECT rowid FROM "{table}_words" WHERE "{table}_words" MATCH %s LIMIT %s)',
            [match(phrases), FEW],
        )
        return int(cursor.fetchone()[0])

"""PostgreSQL: a tsvector of our own tokens with a GIN index. Its parser depends on the locale and is never asked."""

from collections.abc import Sequence
from typing import Any

from gridward.core.search.bigrams import Phrase, tokens_of

MOST_POSITION = 16_383


def make_index(schema_editor: Any, table: str) -> None:
    schema_editor.execute(f'CREATE INDEX "{table}_words" ON "{table}" USING gin (words)')


def remove_index(schema_editor: Any, table: str) -> None:
    schema_editor.execute(f'DROP INDEX "{table}_words"')


def tsvector(kept: str) -> str:
    """The literal of a kept text; a token has no quote or backslash."""
    places: dict[str, list[str]] = {}
    for place, token in enumerate(tokens_of(kept)[:MOST_POSITION], 1):
        places.setdefault(token, []).append(str(place))
    return " ".join(f"'{token}':{','.join(at)}" for token, at in places.items())


def tsquery(phrases: Sequence[Phrase]) -> str:
    """The literal of a question."""
    return " & ".join(f"({_phrase(phrase)})" for phrase in phrases)


def _phrase(phrase: Phrase) -> str:
    quoted = [f"'{token}'" for token in phrase.tokens]
    return " <-> ".join(quoted) + (":*" if phrase.is_prefix else "")


GIVEN = "unnest(%s::bigint[], %s::bigint[], %s::text[]) AS given(id, newness, words)"


def _arrays(rows: Sequence[Any]) -> list[list[Any]]:
    pks, ranks, kept = zip(*rows, strict=True)
    return [list(pks), list(ranks), [tsvector(text) for text in kept]]


def put_words(connection: Any, table: str, rows: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" AS kept (id, newness, words) '
            f"SELECT id, newness, words::tsvector FROM {GIVEN} "
            "ON CONFLICT (id) DO UPDATE SET newness = excluded.newness, words = excluded.words "
            "WHERE kept.words IS DISTINCT FROM excluded.words OR kept.newness <> excluded.newness",
            _arrays(rows),
        )
        return int(cursor.rowcount)


def clear_words(connection: Any, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}"')


def wrong_words(connection: Any, table: str, rows: Sequence[Any]) -> list[int]:
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT given.id FROM {GIVEN} LEFT JOIN "{table}" AS kept ON kept.id = given.id '
            "WHERE kept.id IS NULL OR kept.newness <> given.newness "
            "OR kept.words IS DISTINCT FROM given.words::tsvector ORDER BY given.id",
            _arrays(rows),
        )
        return [pk for (pk,) in cursor.fetchall()]


def newest_saying(rows: Any, relation: str, column: str, phrases: Sequence[Phrase], most: int) -> list[int]:
    """It counts its tables, and chooses by the counts whether the index, the rows or their order lead."""
    for phrase in phrases:
        rows = rows.filter(**{f"{relation}__{column}__says": phrase})
    return list(rows.order_by(f"-{relation}__newness").values_list("pk", flat=True)[:most])

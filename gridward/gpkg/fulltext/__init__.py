"""A column that full text is asked of: kept text with an FTS5 table beside it, or a tsvector with a GIN index.

The words are told apart before they come here (``gridward.core.search``); neither database parses a sentence.
"""

from gridward.gpkg.fulltext.column import Says, WordsField
from gridward.gpkg.fulltext.door import (
    Worded,
    clear_words,
    make_index,
    newest_saying,
    put_words,
    remove_index,
    rows_saying,
    wrong_words,
)

__all__ = [
    "Says", "Worded", "WordsField", "clear_words", "make_index", "newest_saying", "put_words", "remove_index",
    "rows_saying", "wrong_words",
]  # fmt: skip

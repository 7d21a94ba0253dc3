"""The words of components, made anew."""

from collections.abc import Iterator

from django.db import transaction

from gridward.gpkg.fulltext import clear_words, put_words
from gridward.registers.models import Component, ComponentText
from gridward.registers.queries.searching import rows_of, words_of_components

CHUNK = 500


def index_components() -> Iterator[int]:
    """Forget what is known and index all components anew, a chunk a transaction; tells after each how many so far."""
    with transaction.atomic():
        clear_words(ComponentText)
    after = done = 0
    while pks := list(Component.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            put_words(ComponentText, words_of_components(rows_of(pks)))
        after, done = pks[-1], done + len(pks)
        yield done

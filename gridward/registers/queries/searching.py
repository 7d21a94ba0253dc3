"""Components found by words: the code, what it is called, where it stands, its class."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from gridward.core.search.bigrams import kept_text, phrases_of
from gridward.gpkg.fulltext import Worded, newest_saying
from gridward.registers.models import Component
from gridward.registers.queries.classes import ComponentClass, classes_of


def words_of(component: Component, classes: Mapping[str, ComponentClass]) -> Worded:
    """What one component is found by; a class that is no longer kept says nothing."""
    kind = classes.get(component.class_code)
    of_kind = (kind.name_zh, kind.name_en) if kind else ()
    texts = (component.name, component.place, component.code[11:], component.class_code, *of_kind)
    return Worded(component.pk, component.pk, kept_text(dict.fromkeys(texts)))


def words_of_components(rows: Iterable[Component]) -> list[Worded]:
    """The same for many, of whatever districts."""
    classes: dict[int, Mapping[str, ComponentClass]] = {}
    told = []
    for row in rows:
        if row.district_id not in classes:
            classes[row.district_id] = classes_of(row.district)
        told.append(words_of(row, classes[row.district_id]))
    return told


def found_by_words(rows: QuerySet[Component], words: str, most: int) -> list[int]:
    """The ids of at most so many of these rows that say all the words, the latest registered first."""
    return newest_saying(rows, "search_text__words", phrases_of(words), most)


def rows_of(pks: Collection[int]) -> QuerySet[Component]:
    return Component.objects.filter(pk__in=pks).select_related("district").order_by("pk")

"""What must hold of stored registers, looked at again by ``gridward check-data``."""

from collections.abc import Iterator

from gridward.core.codes.component import faults_of
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.gpkg.fulltext import wrong_words
from gridward.grids.queries import Locator
from gridward.registers.models import Component, ComponentText
from gridward.registers.queries.classes import classes_of
from gridward.registers.queries.listing import kept
from gridward.registers.queries.searching import rows_of, words_of_components
from gridward.work import clock

CHUNK = 500


def codes_are_whole() -> Iterator[str]:
    """Every code is of its district and names a class that is kept, the one that stands beside it."""
    for district in District.objects.order_by("pk"):
        classes = classes_of(district)
        rows = kept(district).order_by("pk").values_list("code", "class_code")
        for code, class_code in rows.iterator(CHUNK):
            for fault in faults_of(code, district=district.code6, classes=classes):
                yield f"{code}: {fault.code}"
            if code[6:11] != class_code:
                yield f"{code}: stands under class {class_code}"


def points_lie_in_their_cells() -> Iterator[str]:
    """Every component lies in the cell that it names."""
    for district in District.objects.order_by("pk"):
        locator, today = Locator(district), local_day(district, clock.now())
        for row in kept(district).order_by("pk").iterator(CHUNK):
            located = locator.locate(row.position.x, row.position.y, day=today)
            if located.cell_id != row.cell_id:
                yield f"{row.code}: lies in another cell than it names"


def words_are_kept() -> Iterator[str]:
    """Search finds every component by what it says now."""
    after = 0
    while pks := list(Component.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        for pk in wrong_words(ComponentText, words_of_components(rows_of(pks))):
            yield f"component {pk}: search does not know what it says"
        after = pks[-1]


CHECKS = (
    ("registers.codes_are_whole", codes_are_whole),
    ("registers.points_lie_in_their_cells", points_lie_in_their_cells),
    ("registers.words_are_kept", words_are_kept),
)

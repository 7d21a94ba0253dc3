"""Cases and the components they are about: the classes that both go by."""

from collections.abc import Iterator

from gridward.cases.models import Category
from gridward.registers.queries.classes import ComponentClass

SCHEME = "gbt47678.5"  # its codes of components are digits 7 to 11 of a component's own


def component_classes(*, district_id: int) -> Iterator[ComponentClass]:
    """The categories of components; those of a district's own scheme too, where their codes have five digits."""
    rows = Category.objects.filter(district_id=district_id, kind=Category.Kind.COMPONENT)
    columns = ("code", "name_zh", "name_en", "major_zh", "major_en", "is_in_use")
    for row in rows.order_by("code", "-scheme").values_list(*columns):
        if len(row[0]) == 5 and row[0].isdigit():
            yield ComponentClass(*row)

"""Cases and the components they are about: the classes that both go by."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from gridward.accounts.queries import HeldRole
from gridward.cases.models import Case, Category
from gridward.cases.queries.shown import shown_cases
from gridward.cases.queries.visible import visible_cases
from gridward.core.scopes import Territory
from gridward.districts.models import District
from gridward.registers.models import Component
from gridward.registers.queries import ComponentClass, classes_of, in_use, within_m
from gridward.registers.words import component_name

SCHEME = "gbt47678.5"  # its codes of components are digits 7 to 11 of a component's own
CLASS_DIGITS, ID_DIGITS = 5, 18
NEAR_M, MOST_LIKELY, MOST_CASES = 60.0, 4, 20


def component_classes(*, district_id: int) -> Iterator[ComponentClass]:
    """The categories of components; those of a district's own scheme too, where their codes have five digits."""
    rows = Category.objects.filter(district_id=district_id, kind=Category.Kind.COMPONENT)
    columns = ("code", "name_zh", "name_en", "major_zh", "major_en", "is_in_use")
    for row in rows.order_by("code", "-scheme").values_list(*columns):
        if len(row[0]) == CLASS_DIGITS and row[0].isdigit():
            yield ComponentClass(*row)


@dataclass(frozen=True, slots=True)
class NearComponent:
    """A component that a report may be about: its name in the reader's language, and how far it is from the place."""

    component: Component
    name: str
    metres: int | None = None


def category_of(district: District, said: object) -> Category | None:
    """The category that stands in a form, if it is one."""
    text = str(said or "")
    if not (text.isascii() and text.isdigit() and len(text) <= ID_DIGITS):
        return None
    return Category.objects.filter(district=district, pk=int(text)).first()


def class_of(category: Category) -> str:
    """The class of components that a kind of case is about; nothing for kinds that are about none."""
    is_about_one = category.scheme == SCHEME and len(category.code) == CLASS_DIGITS
    return category.code if is_about_one else ""


def likely_components(
    district: District, point: tuple[float, float] | None, category: Category | None, chosen: Component | None = None
) -> list[NearComponent]:
    """The components of the kind within ``NEAR_M`` of a place, the nearest first; the chosen one is among them."""
    code = class_of(category) if category else ""
    rows = in_use(district, by_place=True).filter(class_code=code)
    found = within_m(rows, district, point, NEAR_M, MOST_LIKELY) if point and code else []
    if not found and chosen is None:
        return []
    classes = classes_of(district)
    likely = [
        NearComponent(near.component, component_name(near.component, classes), round(near.distance_m)) for near in found
    ]
    if chosen is not None and chosen.pk not in {one.component.pk for one in likely}:
        likely.insert(0, NearComponent(chosen, component_name(chosen, classes)))
    return likely


def likely_for(case: Case) -> list[NearComponent]:
    """Those that an open case may be about."""
    point = (case.position.x, case.position.y) if case.position else None
    return likely_components(case.district, point, case.category, case.component if case.component_id else None)


def used_components(*, components: QuerySet[Component]) -> Iterator[int]:
    """Those of some components that a case is about."""
    rows = Case.objects.filter(component__in=components)
    yield from rows.order_by().values_list("component_id", flat=True).distinct()


def cases_of_component(held: HeldRole, territory: Territory, component: Component) -> list[Case]:
    """The newest cases about it that the viewer sees."""
    rows = visible_cases(held, territory).filter(component=component)
    return list(rows.select_related("category", "body", "district").order_by("-reported_at", "-pk")[:MOST_CASES])


def is_being_handled(component: Component) -> bool:
    """Whether an open case is about it that anybody may know of."""
    return shown_cases(component.district).filter(component=component, is_open=True).exists()

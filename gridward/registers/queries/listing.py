"""The list of components, one of them, and those near a place."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.gis.geos import Polygon
from django.db.models import F, QuerySet
from django.http import Http404

from gridward.audit.models import Entry, StepBody
from gridward.core.coordinates import Projection
from gridward.core.geometry import box_around
from gridward.districts.models import District
from gridward.gpkg.many import read_points
from gridward.registers.models import Component
from gridward.registers.queries.searching import found_by_words
from gridward.web.paging import Page, page_after
from gridward.web.places import read_point

PAGE, MOST_FOUND = 25, 200
CODE_LENGTH = 17
RADII_M, ENOUGH = (50.0, 200.0, 800.0), 10
GONE = (Component.State.ABANDONED, Component.State.REMOVED)
SHOWN = ("cell__community", "owner", "maintainer")


@dataclass(frozen=True, slots=True)
class ComponentFilter:
    """What the address asks for; unknown values are left out."""

    words: str = ""
    class_code: str = ""
    state: str = ""
    body: str = ""
    near: tuple[float, float] | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "ComponentFilter":
        state = str(values.get("state", ""))
        return cls(
            words=str(values.get("q", "")).strip().replace("\0", "")[:60], class_code=_digits(values.get("class"), 5),
            state=state if state in Component.State.values else "",
            body=str(values.get("body", ""))[:40].replace("\0", ""), near=read_point(str(values.get("near", ""))),
        )  # fmt: skip


def _digits(value: Any, most: int) -> str:
    text = str(value or "")
    return text if text.isascii() and text.isdigit() and len(text) <= most else ""


def kept(district: District, *, by_place: bool = False) -> QuerySet[Component]:
    """The register of a district, without what was taken back.

    ``by_place`` for what is asked within a small box: no index but that of places may lead then. SQLite believes that
    a district has some ten rows and would read all of them.
    """
    rows = Component.objects.filter(retired_at__isnull=True)
    if by_place:
        return rows.alias(home=F("district_id") + 0).filter(home=district.pk)
    return rows.filter(district=district)


def narrowed(district: District, asked: ComponentFilter, *, by_place: bool = False) -> QuerySet[Component]:
    """The components that fit the filters; the words are asked apart."""
    rows = kept(district, by_place=by_place or asked.near is not None)
    if asked.class_code:
        rows = rows.filter(class_code=asked.class_code)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.body:
        rows = rows.filter(maintainer__code=asked.body) | rows.filter(owner__code=asked.body)
    return rows


def by_code(rows: QuerySet[Component], start: str) -> QuerySet[Component]:
    """Those whose code begins with these digits: a range, which every database finds by its index."""
    return rows.filter(code__gte=start.ljust(CODE_LENGTH, "0"), code__lte=start.ljust(CODE_LENGTH, "9"))


Found = list[int] | QuerySet[Component]


def found_components(district: District, asked: ComponentFilter, *, by_place: bool = False) -> Found:
    """Ids where place or words were asked, the best first, at most ``MOST_FOUND``; else rows to walk by code."""
    rows, start = narrowed(district, asked, by_place=by_place), "".join(asked.words.split())
    if asked.near:
        return [pk for pk, _ in nearest(rows, district, asked.near)][:MOST_FOUND]
    if _digits(start, CODE_LENGTH) and start.startswith(district.code6):
        return by_code(rows, start)
    return found_by_words(rows, asked.words, MOST_FOUND) if asked.words else rows


def rows_of(ids: Sequence[int]) -> list[Component]:
    """The rows of some ids in their order, with what a list shows of them."""
    by_id = Component.objects.select_related(*SHOWN).in_bulk(list(ids))
    return [by_id[pk] for pk in ids if pk in by_id]


def first_of(found: Found, most: int) -> list[Component]:
    """The first of what was found."""
    if isinstance(found, list):
        return rows_of(found[:most])
    return list(found.select_related(*SHOWN).order_by("code")[:most])


def page_of(found: Found, token: str) -> Page:
    """One page, in the order of the codes or of what was found."""

    def after(key: Any, most: int) -> Sequence[Component]:
        if isinstance(found, list):
            start = found.index(key) + 1 if key in found else 0
            return rows_of(found[start : start + most])
        return first_of(found if key is None else found.filter(code__gt=key), most)

    def key_of(row: Component) -> Any:
        return row.pk if isinstance(found, list) else row.code

    return page_after(after, key_of, token, size=PAGE, counted=len(found) if isinstance(found, list) else found)


def get_component(district: District, code: str) -> Component:
    """A component of the district by its code; any other is not there."""
    row = kept(district).filter(code=code).select_related(*SHOWN, "district", "batch").first()
    if row is None:
        raise Http404
    return row


def public_component(public_id: Any) -> Component | None:
    """What a square leads to; one that was taken back leads nowhere."""
    rows = Component.objects.filter(public_id=public_id, retired_at__isnull=True)
    return rows.select_related(*SHOWN, "district").first()


def chosen_component(district: District, code: str) -> Component | None:
    """One that somebody chose in a form, by its code; one that is gone, or never was, is none."""
    if len(code) != CODE_LENGTH or not _digits(code, CODE_LENGTH):
        return None
    return in_use(district).filter(code=code).select_related("district").first()


@dataclass(frozen=True, slots=True)
class Near:
    """A component and how far it is from a place, in metres."""

    component: Component
    distance_m: float


def distances_m(
    rows: QuerySet[Component], district: District, point: tuple[float, float], radius_m: float
) -> list[tuple[int, float]]:
    """(id, metres) of those of the rows within so many metres, the nearest first; no row is read as a whole."""
    projection = Projection(district.central_meridian)
    box = Polygon.from_bbox(box_around(*point, radius_m, projection))
    found, points = read_points(rows.filter(position__intersects=box), "position", "pk")
    if not found:
        return []
    metres = np.hypot(*(projection.to_metres(points) - projection.to_metres(point)).T)
    pairs = zip((pk for (pk,) in found), metres.tolist(), strict=True)
    return sorted(((pk, m) for pk, m in pairs if m <= radius_m), key=lambda pair: (pair[1], pair[0]))


def within_m(
    rows: QuerySet[Component], district: District, point: tuple[float, float], radius_m: float, most: int
) -> list[Near]:
    """At most so many of the rows within so many metres, the nearest first."""
    metres = dict(distances_m(rows, district, point, radius_m)[:most])
    return [Near(row, metres[row.pk]) for row in rows_of(list(metres))]


def nearest(rows: QuerySet[Component], district: District, point: tuple[float, float]) -> list[tuple[int, float]]:
    """(id, metres) of the nearest of the rows: the circle grows until it holds enough."""
    found: list[tuple[int, float]] = []
    for radius_m in RADII_M:
        found = distances_m(rows, district, point, radius_m)
        if len(found) >= ENOUGH:
            break
    return found


def in_use(district: District, *, by_place: bool = False) -> QuerySet[Component]:
    """Those that something can be wrong with: not out of use, not removed."""
    return kept(district, by_place=by_place).exclude(state__in=GONE)


def entries_of(component: Component) -> list[tuple[Entry, dict[str, Any]]]:
    """What was done to it, the latest first, each with what it said; what was purged says nothing."""
    rows = Entry.objects.filter(district_id=component.district_id, subject=f"registers.Component:{component.pk}")
    entries = list(rows.select_related("by").order_by("-n")[:50])
    bodies = StepBody.objects.filter(table=Entry._meta.label, step_id__in=[entry.pk for entry in entries])
    said = {row.step_id: json.loads(row.body) for row in bodies}
    return [(entry, said.get(entry.pk, {})) for entry in entries]


def in_box(rows: QuerySet[Component], box: tuple[float, float, float, float], most: int) -> list[Component]:
    """Those inside a box of degrees, for the map."""
    return list(rows.filter(position__intersects=Polygon.from_bbox(box))[:most])

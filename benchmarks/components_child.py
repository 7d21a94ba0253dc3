"""One database of the benchmark of components; started by benchmarks.components, which sets the environment."""

import os
import random
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import django

django.setup()

from django.contrib.gis.geos import MultiPolygon, Polygon  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Q  # noqa: E402

from gridward.cases.models import Category  # noqa: E402
from gridward.core.codes.component import component_id  # noqa: E402
from gridward.districts.models import District  # noqa: E402
from gridward.gpkg.bulk import bulk_load  # noqa: E402
from gridward.registers.actions import NewComponent, put_components  # noqa: E402
from gridward.registers.models import Component  # noqa: E402
from gridward.registers.queries.listing import (  # noqa: E402
    PAGE,
    ComponentFilter,
    first_of,
    found_components,
    in_box,
    in_use,
    page_of,
    within_m,
)

COMPONENTS, TIMES, AT_ONCE = int(os.environ["GRIDWARD_BENCH_COMPONENTS"]), 15, 5000
WEST, SOUTH, WIDE, HIGH = 114.0, 28.1, 0.3, 0.3  # a large district of some 980 km²
# class: name, share of all
CLASSES = {
    "01037": ("路灯", 0.3), "01004": ("雨水箅子", 0.2), "01002": ("污水井盖", 0.15), "04002": ("行道树", 0.15),
    "03005": ("垃圾箱", 0.08), "01001": ("供水井盖", 0.06), "01007": ("通信井盖", 0.05), "04007": ("街头座椅", 0.01),
}  # fmt: skip
FIRST, SECOND = "湘锦云柳鹤青望枕松岫端织渚汀渡长", "春荫川江亭坪河潭桥溪石园湖门井台"
CODE6 = "900101"


def classes(district: District) -> None:
    Category.objects.bulk_create(
        Category(district=district, scheme="gbt47678.5", kind="component", code=code, family="city_management",
                 name_zh=name, name_en=name, sort_key=code)
        for code, (name, _) in CLASSES.items()
    )  # fmt: skip


def rows(rng: random.Random) -> Iterator[NewComponent]:
    """Lamps, manholes, trees along 256 roads."""
    codes, shares = list(CLASSES), [share for _, share in CLASSES.values()]
    given = dict.fromkeys(codes, 0)
    for _ in range(COMPONENTS):
        code = rng.choices(codes, shares)[0]
        given[code] += 1
        road = f"{rng.choice(FIRST)}{rng.choice(SECOND)}路"
        at = (WEST + rng.random() * WIDE, SOUTH + rng.random() * HIGH)
        yield NewComponent(
            str(component_id(CODE6, code, given[code])), at, name=f"{road}{CLASSES[code][0]} {given[code]}",
            place=f"{road} {rng.randrange(1, 900)} 号附近",
        )  # fmt: skip


def fill() -> District:
    outline = MultiPolygon(Polygon.from_bbox((WEST, SOUTH, WEST + WIDE, SOUTH + HIGH)), srid=4326)
    district = District.objects.create(id=1, code6=CODE6, name_zh="示例区", name_en="Example", outline=outline)
    classes(district)
    chunk: list[NewComponent] = []
    with bulk_load(connection, Component):
        for row in rows(random.Random(4)):
            chunk.append(row)
            if len(chunk) == AT_ONCE:
                _put(district, chunk)
                chunk = []
        _put(district, chunk)
    return district


def _put(district: District, chunk: list[NewComponent]) -> None:
    if chunk:
        with transaction.atomic():
            put_components(district=district, rows=chunk)


def took_ms(ask: Callable[[], Any], often: int = TIMES) -> float:
    times = []
    for _ in range(often):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def first_page(district: District, **asked: Any) -> int:
    """What the page of the list reads, without the count that stands above it."""
    return len(first_of(found_components(district, ComponentFilter(**asked)), PAGE))


def by_like(district: District, words: str) -> int:
    told = Q(code__contains=words) | Q(name__contains=words) | Q(place__contains=words)
    return len(Component.objects.filter(told, district=district).order_by("-pk")[:PAGE])


def measure(district: District) -> None:
    middle = (WEST + WIDE / 2, SOUTH + HIGH / 2)
    print(f"{Component.objects.count():,} components; the first {PAGE} found; medians of {TIMES}")
    questions: list[tuple[str, dict[str, Any]]] = [
        ("a whole code", {"words": f"{CODE6}01037000123"}), ("the start of a code", {"words": f"{CODE6}0103700"}),
        ("the end of a code", {"words": "000123"}), ("a class", {"words": "路灯"}), ("one character", {"words": "灯"}),
        ("a road", {"words": "湘春路"}), ("a road and a class", {"words": "湘春路 座椅"}),
        ("a house number", {"words": "鹤桥路 77 号"}), ("a name that is none", {"words": "魑魅"}),
        ("near a place", {"near": middle}), ("near, of a class", {"near": middle, "class_code": "04007"}),
    ]  # fmt: skip
    for name, asked in questions:
        found = first_page(district, **asked)
        ours = took_ms(lambda a=asked: first_page(district, **a))  # type: ignore[misc]
        beside = ""
        if "words" in asked:
            like = took_ms(lambda a=asked: by_like(district, a["words"].split()[0]), 1)  # type: ignore[misc]
            beside = f"   LIKE {like:8.1f} ms"
        print(f"{name:22} {found:4} found  {ours:7.2f} ms{beside}", flush=True)
    lamps = in_use(district, by_place=True).filter(class_code="01037")
    print(f"{'the likely one, 60 m':22}      {took_ms(lambda: within_m(lamps, district, middle, 60.0, 4)):11.2f} ms")
    for name, half in (("the map, 1 km", 0.005), ("the map, all of it", 0.2)):
        box = (middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
        drawn = took_ms(lambda b=box: in_box(found_components(district, ComponentFilter(), by_place=True), b, 1500), 5)  # type: ignore
        print(f"{name:22}      {drawn:11.2f} ms")
    whole = took_ms(lambda: page_of(found_components(district, ComponentFilter()), ""))
    print(f"{'the list, with count':22}      {whole:11.2f} ms")


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    here = fill()
    spent = time.perf_counter() - began
    print(f"put in {spent:.0f} s, {spent / COMPONENTS * 1e6:.0f} µs a component with its words")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    measure(here)

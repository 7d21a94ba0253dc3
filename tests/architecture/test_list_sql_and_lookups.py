"""Raw SQL and spatial lookups stand in a committed list with the decision that allows them; it grows by a decision.

``path kind count  # NNNN reason``: at most so many in this file, allowed by docs/decisions/NNNN-*.md. The GeoPackage
backend itself is one decision (0002) and is not counted.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.architecture.sources import CHECKOUT, Source, listed, python

EXECUTE = {"execute", "executemany", "executescript"}
RAW = {"RunSQL", "RawSQL", "raw", "extra", "cursor"}
LOOKUPS = ("intersects", "within", "contains_properly", "covers", "coveredby", "bboverlaps", "bbcontains", "overlaps",
           "touches", "crosses", "disjoint", "equals", "relate", "dwithin", "distance_lt", "distance_lte",
           "distance_gt", "distance_gte", "strictly_above", "strictly_below", "contained")  # fmt: skip
ALLOWED = {"intersects", "within", "contains", "covers", "coveredby"}
BANNED_NAMES = {"Transform", "Distance", "D", "Union", "Collect", "MakeLine", "SnapToGrid", "Azimuth", "GeoHash"}
POSTGRES = ("django.contrib.postgres", "psycopg")
GEOMETRY_FIELDS = ("shape", "point", "outline", "geometry", "place", "boundary", "footprint", "line")
LOOKUP = re.compile(rf"^(?:\w+__)?(?P<field>\w+?)__(?P<lookup>{'|'.join(LOOKUPS)}|contains)$")


def lookups_in(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Spatial lookups in keywords; ``contains`` counts on fields that are named like a geometry."""
    for node in source.nodes(ast.keyword):
        match = LOOKUP.match(getattr(node, "arg", "") or "")
        if match and (match["lookup"] != "contains" or match["field"] in GEOMETRY_FIELDS):
            yield node, match["lookup"]


def uses(source: Source) -> Counter[str]:
    """kind → how often: raw SQL by the name of the call, spatial lookups by their own name."""
    found: Counter[str] = Counter()
    for node in source.nodes(ast.Call):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in RAW or name in EXECUTE:
                found["sql"] += 1
    found.update(lookup for _, lookup in lookups_in(source))
    return found


def allowed() -> dict[tuple[str, str], int]:
    rows = (entry.split() for entry in listed("sql_and_lookups"))
    return {(path, kind): int(count) for path, kind, count in rows}


def over_the_list(among: list[Source]) -> list[str]:
    found = {(source.path, kind): count for source in among for kind, count in uses(source).items()}
    return [f"{path} {kind} {n}" for (path, kind), n in sorted(found.items()) if n > allowed().get((path, kind), 0)]


def counted() -> list[Source]:
    return [source for source in python(migrations=True) if source.app not in ("gpkg", "core")]


def banned(source: Source) -> Iterator[str]:
    """Spatial functions in SQL, lookups beyond the five, PostgreSQL's own fields and driver."""
    for node in source.nodes(ast.ImportFrom, ast.Import):
        module = getattr(node, "module", None) or ""
        names = {alias.name for alias in getattr(node, "names", ())}
        if module.startswith("django.contrib.gis") and names & BANNED_NAMES:
            yield f"{source.line(node)} {', '.join(sorted(names & BANNED_NAMES))}"
        if any(name.startswith(POSTGRES) for name in (module, *names)):
            yield f"{source.line(node)} PostgreSQL only"
    yield from (f"{source.line(node)} {name}" for node, name in lookups_in(source) if name not in ALLOWED)


def test_raw_sql_and_lookups_do_not_grow_without_a_decision():
    assert over_the_list(counted()) == []


def test_the_list_names_what_is_there_and_decisions_that_exist():
    found = {(source.path, kind) for source in counted() for kind in uses(source)}
    assert sorted(set(allowed()) - found) == []
    for entry, reason in listed("sql_and_lookups").items():
        number = reason.split()[0]
        assert list((CHECKOUT / "docs" / "decisions").glob(f"{number}-*.md")), f"{entry}: no decision {number}"


def test_nothing_of_one_database_alone_is_used():
    found = [place for source in counted() for place in banned(source)]
    assert [place for place in found if place.split(":")[0] not in listed("one_database")] == []
    assert {place.split(":")[0] for place in found} >= set(listed("one_database"))


def test_planted_sql_and_lookups_are_found():
    planted = Source("gridward/cases/queries/x.py", (
        "connection.cursor()\nCase.objects.raw('x')\nCase.objects.filter(point__intersects=box, title__contains='x')\n"
        "Case.objects.filter(point__dwithin=x)\nfrom django.contrib.postgres.fields import ArrayField\n"
        "from django.contrib.gis.db.models.functions import Transform\n"
    ))  # fmt: skip
    assert over_the_list([planted]) == [f"{planted.path} {kind}" for kind in ("dwithin 1", "intersects 1", "sql 2")]
    assert len(list(banned(planted))) == 3

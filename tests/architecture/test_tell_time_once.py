"""The time of day comes from work.clock alone; core knows no clock, no ambient chance, no files, no framework."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import Source, broken, listed, python, stale

CLOCK = "gridward/work/clock.py"
TOLD = {"timezone.now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
IMPURE = ("django", "requests", "urllib.request", "psycopg", "sqlite3", "socket", "subprocess", "time", "secrets",
          "os", "tempfile", "logging")  # fmt: skip
CHANCE = re.compile(
    r"^(?:random\.(?!Random$)|np\.random\.(?!default_rng$|Generator$|SeedSequence$)|numpy\.random\.|uuid\.uuid)\w"
)
HEAVY = ("numba", "scipy", "pandas", "splink", "duckdb", "geopandas", "pyogrio", "docx", "lxml", "sklearn")


def told_times(source: Source) -> Iterator[str]:
    for node in source.nodes(ast.Call):
        if isinstance(node, ast.Call):
            name = ".".join(ast.unparse(node.func).split(".")[-2:])
            if name in TOLD:
                yield f"{source.line(node)} {name}()"


def modules(source: Source) -> Iterator[tuple[ast.AST, str]]:
    for node in source.nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, node.module
        elif isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)


def inside(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def impurities(source: Source) -> Iterator[str]:
    """What core may not know: modules of the outside world, the clock, chance that was not passed in."""
    yield from (f"{source.line(node)} {module}" for node, module in modules(source) if inside(module, IMPURE))
    for node in source.nodes(ast.Call):
        if isinstance(node, ast.Call) and (ast.unparse(node.func) == "open" or CHANCE.match(ast.unparse(node.func))):
            yield f"{source.line(node)} {ast.unparse(node.func)}()"


def heavy_imports(source: Source) -> Iterator[str]:
    """Slow libraries outside modules named engine."""
    if source.parts[-1] != "engine.py":
        yield from (f"{source.line(node)} {module}" for node, module in modules(source) if inside(module, HEAVY))


def test_only_the_clock_tells_the_time():
    found = [place for place in broken(told_times, python()) if not place.startswith(CLOCK)]
    assert [place for place in found if place.split(":")[0] not in listed("clocks")] == []
    assert stale("clocks", {place.split(":")[0] for place in found}) == []


def test_core_is_pure():
    assert broken(impurities, python("gridward/core/")) == []


def test_heavy_libraries_load_in_engines_only():
    found = broken(heavy_imports, python())
    assert [place for place in found if place.split(":")[0] not in listed("heavy")] == []
    assert stale("heavy", {place.split(":")[0] for place in found}) == []


def test_planted_clocks_and_impurities_are_found():
    clocks = "from django.utils import timezone\ntimezone.now()\ndatetime.datetime.now(tz=UTC)\ntime.perf_counter()\n"
    assert len(list(told_times(Source("gridward/cases/views.py", clocks)))) == 2
    impure = "import time\nfrom django.db import models\nopen('x')\nrandom.random()\nrandom.Random(7)\nimport numpy\n"
    assert len(list(impurities(Source("gridward/core/x.py", impure)))) == 4
    assert len(list(heavy_imports(Source("gridward/cases/x.py", "import scipy.sparse\n")))) == 1
    assert not list(heavy_imports(Source("gridward/core/x/engine.py", "import scipy.sparse\n")))

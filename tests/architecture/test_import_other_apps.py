"""An app sees of another app only its models, actions and queries, and the shared modules of the list."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.architecture.sources import Source, broken, listed, python, stale

OPEN = ("models", "actions", "queries")
BELOW = ("core", "gpkg")


def imported(source: Source) -> Iterator[tuple[ast.AST, str, str]]:
    """(node, app, rest) of every import of a module or name of a gridward app."""
    for node in source.nodes(ast.ImportFrom, ast.Import):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "gridward" and len(parts) > 2:
                yield node, parts[1], ".".join(parts[2:])


def shared(app: str, rest: str) -> str:
    """The entry of the list that opens this import, or nothing."""
    inside = rest.split(".")
    candidates = [f"{app}.{'.'.join(inside[:count])}" for count in range(1, len(inside) + 1)] + [f"{app}.*"]
    return next((entry for entry in candidates if entry in listed("shared_modules")), "")


def foreign_imports(source: Source) -> Iterator[str]:
    """Imports of another app's insides."""
    if source.app == "project":  # the only place that knows all apps
        return
    for node, app, rest in imported(source):
        if app not in (source.app, *BELOW) and rest.split(".")[0] not in OPEN and not shared(app, rest):
            yield f"{source.line(node)} gridward.{app}.{rest}"


@cache
def sealed_models() -> dict[str, str]:
    """Model → app, for every model that keeps a sealed field."""
    found = {}
    for source in python():
        if "models" in source.path:
            for node in source.nodes(ast.ClassDef):
                if "SealedField(" in ast.unparse(node) and isinstance(node, ast.ClassDef):
                    found[node.name] = source.app
    return found


def sealed_imports(source: Source) -> Iterator[str]:
    """Models with sealed fields taken into another app."""
    for node, app, rest in imported(source):
        name = rest.split(".")[-1]
        if app != source.app and sealed_models().get(name) == app and not (app == "accounts" and name == "User"):
            yield f"{source.line(node)} {name} is sealed: use the queries and actions of {app}"


def star_imports(source: Source) -> Iterator[str]:
    for node in source.nodes(ast.ImportFrom):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield source.line(node)


def test_apps_see_only_models_actions_and_queries_of_others():
    assert broken(foreign_imports, python()) == []


def test_every_shared_module_is_still_shared():
    used = {shared(app, rest) for source in python() for _, app, rest in imported(source) if app != source.app}
    assert stale("shared_modules", used) == []


def test_models_with_sealed_fields_stay_at_home():
    assert sealed_models(), "no model keeps sealed fields: the rule looks in the wrong place"
    assert broken(sealed_imports, python()) == []


def test_nothing_is_imported_by_star():
    assert broken(star_imports, python() + python("tests/") + python("benchmarks/")) == []


def test_planted_imports_are_found():
    inside = Source("gridward/grids/views.py", "from gridward.accounts.forms import BodyForm\n")
    sealed = Source("gridward/demo/month/words.py", "from gridward.cases.models import Contact\n")
    star = Source("gridward/grids/forms.py", "from django.forms import *\n")
    assert list(foreign_imports(inside)) == ["gridward/grids/views.py:1 gridward.accounts.forms.BodyForm"]
    assert len(list(sealed_imports(sealed))) == len(list(star_imports(star))) == 1

"""An app has only the agreed kinds of files; files and functions keep their size; none is a dumping ground."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.sources import CHECKOUT, Source, broken, listed, paths, python, stale

KINDS = (
    "__init__", "apps", "models", "actions", "queries", "forms", "views", "urls", "api", "admin", "jobs", "joins",
    "checks", "templatetags", "management", "templates", "static", "locale", "migrations",
)  # fmt: skip
FREE = ("core", "gpkg", "project")
DUMPS = ("utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff")
LONG_FILE, LONG_FUNCTION, LONG_VIEW = 400, 60, 15


def other_kind(path: str) -> str:
    """``app/name`` of a file or folder of an app that is of no agreed kind."""
    parts = path.split("/")
    if parts[0] != "gridward" or len(parts) < 3 or parts[1] in FREE:
        return ""
    name = parts[2].removesuffix(".py")
    return "" if name in KINDS else f"{parts[1]}/{parts[2]}"


def exception_for(kind: str) -> str:
    """The listed exception; ``web/*.py`` stands for the subjects of the shell."""
    whole = f"{kind.split('/')[0]}/*.py"
    return next((entry for entry in (kind, whole if kind.endswith(".py") else "") if entry in listed("file_kinds")), "")


def long_functions(source: Source) -> Iterator[str]:
    for node in source.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        length = getattr(node, "end_lineno", 0) - getattr(node, "lineno", 0) + 1
        if length > LONG_FUNCTION:
            yield f"{source.line(node)} {getattr(node, 'name', '')}: {length} lines"


def test_apps_have_only_agreed_kinds_of_files():
    odd = {other_kind(path) for path in paths()} - {""}
    assert sorted(kind for kind in odd if not exception_for(kind)) == []
    assert stale("file_kinds", {exception_for(kind) for kind in odd}) == []


def test_no_file_is_a_dumping_ground():
    assert [path for path in paths() if PurePosixPath(path).stem in DUMPS] == []


def test_no_python_file_is_longer_than_a_sitting():
    everything = python(under="")
    assert [source.path for source in everything if source.text.count("\n") > LONG_FILE] == []


def test_no_function_is_longer_than_a_screen():
    assert broken(long_functions, python(under="")) == []


def test_every_package_of_the_project_is_importable_as_one():
    folders = {str(PurePosixPath(source.path).parent) for source in python(migrations=True)}
    assert [folder for folder in sorted(folders) if not (CHECKOUT / folder / "__init__.py").is_file()] == []


def test_planted_files_and_functions_are_found():
    assert other_kind("gridward/cases/services.py") == "cases/services.py"
    assert not exception_for("cases/services.py")
    long = "def everything():\n" + "    x = 1\n" * LONG_FUNCTION
    assert len(list(long_functions(Source("gridward/cases/forms.py", long)))) == 1

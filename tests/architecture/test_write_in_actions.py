"""Rows are written in actions and nowhere else; no signals, no save() of our own; steps are never rewritten."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import Source, broken, listed, python, stale

ALWAYS = {
    "bulk_create", "bulk_update", "get_or_create", "update_or_create", "create", "bulk_load", "copy_into",
    "insert_many",
}  # fmt: skip
WITHOUT_ARGUMENTS = {"save", "delete"}
QUERYSET = {"objects", "filter", "exclude", "all", "using", "_default_manager", "_base_manager"}
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
EVENTS = {"CaseStep", "Entry", "Step", "Read", "ReadPerson", "Seal", "SealLeaf"}


def chain(node: ast.AST) -> set[str]:
    """The names of a dotted and called expression: ``Case.objects.filter(…)`` → {Case, objects, filter}."""
    return {getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(node)}


def is_write(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in ("bulk_load",)
    if not isinstance(call.func, ast.Attribute):
        return False
    name, receiver = call.func.attr, chain(call.func.value)
    if name in ALWAYS:
        return True
    if name in WITHOUT_ARGUMENTS:
        return not call.args
    rows = isinstance(call.func.value, ast.Name) and not call.args
    return name == "update" and bool(call.keywords) and (rows or bool(receiver & QUERYSET))


def writes(source: Source) -> Iterator[tuple[str, str]]:
    """(file or file:function of the exception, place) of every write outside actions."""
    if source.is_migration or "actions" in source.path.removesuffix(".py").split("/") or source.app in ("core", "gpkg"):
        return
    for node in source.nodes(ast.Call):
        if isinstance(node, ast.Call) and is_write(node):
            yield source.path, f"{source.line(node)} {ast.unparse(node.func)}(…)"


def unlisted_writes(source: Source) -> Iterator[str]:
    return (place for path, place in writes(source) if path not in listed("writers"))


def signals(source: Source) -> Iterator[str]:
    """Signals imported, and save() or delete() defined on a model."""
    for node in source.nodes(ast.ImportFrom, ast.Import):
        named = [getattr(node, "module", "") or "", *(alias.name for alias in getattr(node, "names", ()))]
        if any(name.startswith(SIGNALS) for name in named):
            yield f"{source.line(node)} signal"
    for node in source.nodes(ast.ClassDef):
        if isinstance(node, ast.ClassDef) and "Form" not in ast.unparse(node).split("\n")[0]:
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name in ("save", "delete"):
                    yield f"{source.line(part)} {node.name}.{part.name}()"


def rewritten_events(source: Source) -> Iterator[str]:
    """Updates and deletions of rows of append-only tables."""
    for node in source.nodes(ast.Call):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            touched = chain(node.func.value) & EVENTS
            if node.func.attr in ("update", "delete", "bulk_update") and touched:
                yield f"{source.line(node)} {ast.unparse(node.func)}(…)"


def test_rows_are_written_in_actions_only():
    assert broken(unlisted_writes, python()) == []


def test_every_listed_writer_still_writes():
    assert stale("writers", {path for source in python() for path, _ in writes(source)}) == []


def test_there_are_no_signals_and_no_save_overrides():
    found = [place for place in broken(signals, python()) if place.split(":")[0] not in listed("signals")]
    assert found == []
    assert stale("signals", {place.split(":")[0] for place in broken(signals, python())}) == []


def test_steps_reads_and_seals_are_never_rewritten():
    assert broken(rewritten_events, python()) == []


def test_planted_writes_are_found():
    view = (
        "case.save()\nCase.objects.filter(pk=1).update(state='x')\nrows.delete()\nnames.update(a=1)\nseen.update(x)\n"
    )
    assert len(list(writes(Source("gridward/cases/views.py", view)))) == 4
    assert list(writes(Source("gridward/cases/actions/moving.py", view))) == []
    override = "class Case(Model):\n    def save(self): ...\nfrom django.db.models.signals import post_save\n"
    assert len(list(signals(Source("gridward/cases/models.py", override)))) == 2
    assert len(list(rewritten_events(Source("x.py", "CaseStep.objects.filter(pk=1).update(n=2)")))) == 1

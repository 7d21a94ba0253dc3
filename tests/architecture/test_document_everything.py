"""Settings, pages, commands, refusals and words are documented in both languages, or the check fails."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

from gridward.core.errors import catalogue
from gridward.core.workflow.parse import load
from gridward.core.workflow.roles import Role
from gridward.project import environment
from tests import reference
from tests.architecture.sources import CHECKOUT, Source, broken, listed, paths, python, read, sources, stale

DOCS = CHECKOUT / "docs"
MIXED_UP = re.compile(r"\b(unit|units|street|streets|worker|workers)\b", re.IGNORECASE)
SAYS_WHICH = re.compile(r"\b(?:grid|social|care|service|sanitation|construction|migrant) workers?\b|\bstreet ?lamps?\b|"
                        r"\bstreet ?lights?\b", re.IGNORECASE)  # fmt: skip
RAISED = re.compile(r"^[a-z_]+\.[a-z0-9_]+$")
HANDBOOKS = {
    "grid-worker": ("grid_worker", "grid_leader"),
    "acceptor": ("acceptor", "window_clerk", "hotline_operator"),
    "dispatcher": ("dispatcher",),
    "department-desk": ("department", "property_partner", "resident_partner"),
    "handler": ("handler",),
    "duty-chief": ("duty_chief", "supervisor"),
    "community": (
        "community_secretary", "caseworker", "mediator", "information_clerk", "building_head", "volunteer",
    ),
    "subdistrict-leader": ("subdistrict_leader", "linked_official"),
    "district-director": ("district_director",),
    "privacy-officer": ("privacy_officer",),
    "administrators": ("sysadmin", "security_admin", "auditor"),
    "technician": (),
}  # fmt: skip
PARTNERS = {"property_partner", "resident_partner"}  # read the desk's page, and may do less


FIRST_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
HAN = re.compile(r"[\u4e00-\u9fff]")


def table(name: str) -> dict[str, str]:
    """First cell → line, of the tables of docs/reference/<name>.md."""
    text = (DOCS / "reference" / f"{name}.md").read_text("utf-8")
    return {FIRST_CELL.match(line)[1]: line for line in text.splitlines() if FIRST_CELL.match(line)}  # type: ignore[index]


def own_pages() -> Iterator[str]:
    """Names of pages as they are reversed; those of the sign-in library are its own."""

    def walk(resolver: URLResolver, space: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
            elif isinstance(entry, URLPattern) and entry.name and ours(entry):
                yield f"{space}{entry.name}"

    return walk(get_resolver(), "")


def ours(entry: URLPattern) -> bool:
    view = getattr(entry.callback, "view_class", entry.callback)
    return str(getattr(view, "__module__", "")).startswith("gridward.")


def codes_raised(source: Source) -> Iterator[str]:
    """Literal first arguments of RuleBroken(…)."""
    for node in source.nodes(ast.Call):
        raised = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("RuleBroken")
        if raised and node.args and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
            yield str(node.args[0].value)  # type: ignore[attr-defined]


def mixed_up(text: str) -> list[str]:
    """Words that are never used alone: unit, street, worker."""
    return MIXED_UP.findall(SAYS_WHICH.sub("", text))


@pytest.fixture(scope="module")
def settings_read() -> dict[str, str]:
    import_module("gridward.project.settings")
    return environment.KNOWN


def test_every_setting_is_documented(settings_read):
    read_elsewhere = {f"{m[1]}" for source in python() for m in
                      re.finditer(r"environ(?:\.get\(|\[)\"((?:GRIDWARD|DATABASE)_\w+)\"", source.text)}  # fmt: skip
    assert sorted((set(settings_read) | read_elsewhere) ^ set(table("settings"))) == []


@pytest.mark.parametrize("name", ["settings", "pages", "commands"])
def test_every_row_of_a_reference_speaks_both_languages(name):
    rows = table(name)
    assert rows, f"docs/reference/{name}.md has no table"
    assert [key for key, line in rows.items() if not HAN.search(line) or not re.search(r"[a-z]{3} [a-z]", line)] == []


def test_every_page_is_documented():
    assert sorted(set(own_pages()) ^ set(table("pages"))) == []


def test_every_command_is_documented():
    own = {name.replace("_", "-") for name, app in get_commands().items() if str(app).startswith("gridward.")}
    assert sorted(own ^ set(table("commands"))) == []


def test_every_command_says_what_it_does():
    for name, app in get_commands().items():
        if str(app).startswith("gridward."):
            command = import_module(f"{app}.management.commands.{name}").Command
            assert str(command.help).strip(), name


def test_the_refusals_page_is_fresh():
    written = (DOCS / "reference" / "refusals.md").read_text("utf-8")
    assert written == reference.refusals_page(), "run: make docs"


def test_every_refusal_raised_is_in_the_catalogue():
    raised = {code for source in python() for code in codes_raised(source)}
    assert sorted(raised - set(catalogue())) == []


def test_every_refusal_of_the_catalogue_is_used():
    everything = "\n".join(s.text for s in python() + sources(".toml", ".html") if not s.path.endswith("refusals.toml"))
    by_prefix = tuple(listed("refusals_by_prefix"))
    unused = [code for code in catalogue() if f'"{code}"' not in everything and f"'{code}'" not in everything]
    assert [code for code in unused if not code.startswith(by_prefix)] == []
    assert stale("refusals_by_prefix", {p for p in by_prefix for code in unused if code.startswith(p)}) == []


def test_refusals_say_the_same_in_both_languages():
    def places(*texts: str) -> set[str]:
        """Placeholders; ``state_zh`` and ``state_en`` are one value in two languages."""
        return {re.sub("_(zh|en)$", "", name) for text in texts for name in re.findall(r"\{(\w+)", text)}

    for code, row in catalogue().items():
        assert row.zh and row.en and row.next_zh and row.next_en, code
        assert HAN.search(row.zh) and not HAN.search(row.en), code
        assert places(row.zh, row.next_zh) == places(row.en, row.next_en), code
        assert 400 <= row.status < 600, code


def test_every_model_stands_in_the_glossary():
    glossary = (DOCS / "glossary.md").read_text("utf-8")
    names = {model.__name__ for model in apps.get_models() if model.__module__.startswith("gridward.")}
    assert sorted(name for name in names if not re.search(rf"^\| [^|]*\b{name}\b", glossary, re.MULTILINE)) == []


def test_models_and_pages_use_words_that_say_which():
    split = re.compile(r"(?<=[a-z])(?=[A-Z])|[_:-]")
    names = [model.__name__ for model in apps.get_models() if model.__module__.startswith("gridward.")]
    assert [n for n in [*names, *own_pages()] if mixed_up(" ".join(split.split(n)).lower())] == []


def test_messages_use_words_that_say_which():
    ids = [
        (source.path, m) for source in sources(".po") for m in re.findall(r'^msgid "(.*)"', source.text, re.MULTILINE)
    ]
    assert [f"{path}: {text}" for path, text in ids if mixed_up(text) and text not in listed("words_alone")] == []


def test_documents_come_in_both_languages():
    english = {p for p in paths() if re.match(r"docs/(tutorial|howto|explanation|handbook)/.*(?<!\.zh)\.md$", p)}
    chinese = {p.replace(".zh.md", ".md") for p in paths() if p.startswith("docs/") and p.endswith(".zh.md")}
    assert sorted(english - chinese) == []


def test_every_role_has_a_handbook():
    assert {role for roles in HANDBOOKS.values() for role in roles} == set(Role) - {Role.RESIDENT, Role.SYSTEM}
    for slug in HANDBOOKS:
        for language in ("", ".zh"):
            index = (DOCS / "handbook" / f"README{language}.md").read_text("utf-8")
            assert f"({slug}{language}.md)" in index, slug


@pytest.mark.parametrize("slug", HANDBOOKS)
def test_a_handbook_names_every_move_of_its_roles(slug):
    english, chinese = ((DOCS / "handbook" / f"{slug}{tail}.md").read_text("utf-8") for tail in ("", ".zh"))
    own = set(HANDBOOKS[slug]) - PARTNERS
    moves = [move for move in load().moves.values() if own & {str(role) for role in move.roles}]
    assert [move.en for move in moves if move.en not in english] == []
    assert [move.zh for move in moves if move.zh not in chinese] == []


def test_links_between_documents_lead_somewhere():
    lost = []
    for path in [p for p in paths() if p.endswith(".md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", read(path).text):
            if "://" not in target and not (CHECKOUT / path).parent.joinpath(target).exists():
                lost.append(f"{path}: {target}")
    assert lost == []


def test_planted_gaps_are_found():
    assert mixed_up("The worker of the unit") == ["worker", "unit"]
    assert mixed_up("Ask the grid worker about the street lamp") == []
    assert list(codes_raised(Source("x.py", 'raise RuleBroken("case.planted", x=1)'))) == ["case.planted"]
    assert broken(codes_raised, [Source("x.py", "raise RuleBroken(code)")]) == []
    assert RAISED.match("case.planted")

"""The glossary knows the stages, the roles, the families and the words that must not be mixed up."""

import tomllib
from pathlib import Path

import pytest

from gridward.core.workflow.roles import Role

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
STAGES = tomllib.loads((ROOT / "gridward" / "core" / "workflow" / "tables" / "seven_stages@2.toml").read_text("utf-8"))[
    "stages"
]


def rows() -> list[list[str]]:
    lines = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_seven_stages_stand_in_order():
    found = [row[2] for row in rows() if row[0].isdigit()]
    assert found == [stage["code"] for _, stage in sorted(STAGES.items())]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_every_role_is_explained_by_its_names(role):
    assert [role.value, role.zh, role.en] in [row[:3] for row in rows()]


@pytest.mark.parametrize("term", ["subdistrict", "entrance", "Cell", "grid worker", "verification", "inspection"])
def test_a_word_that_is_easily_mixed_up_says_with_what(term):
    row = next(row for row in rows() if row[0] == term)
    assert len(row) == 4 and all(row)


@pytest.mark.parametrize("word", ["诉求", "事件", "案卷", "工单"])
def test_readers_words_are_there(word):
    assert word in [row[1] for row in rows()]


def test_no_term_is_explained_twice_in_a_section():
    for section in GLOSSARY.split("\n## "):
        terms = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]
        assert sorted(terms) == sorted(set(terms))

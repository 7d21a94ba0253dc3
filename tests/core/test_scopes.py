"""The published table of who sees what, and scope keys."""

import re
from pathlib import Path

import pytest

from gridward.core.errors import RuleBroken
from gridward.core.scopes import (
    Scope,
    ScopeKind,
    Territory,
    check_scope,
    conflicting,
    parse_scope,
    role_rules,
    rule_of,
    takes_up_before,
)
from gridward.core.workflow.roles import Role

DOCS = Path(__file__).parents[2] / "docs" / "explanation"
WITHOUT = {Role.RESIDENT, Role.SYSTEM}


def test_every_role_that_people_are_given_has_a_row():
    assert set(role_rules()) == set(Role) - WITHOUT
    assert all(rule.scopes for rule in role_rules().values())


@pytest.mark.parametrize("name", ["who-sees-what.md", "who-sees-what.zh.md"])
def test_the_published_table_is_the_table(name):
    text = (DOCS / name).read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    words = {"district": "全区", "area": "片区", "body": "单位", "grid": "网格"}
    for (code, called, scopes, sees), rule in zip(rows, role_rules().values(), strict=True):
        is_chinese = name.endswith(".zh.md")
        assert (code, called) == (rule.role, rule.role.zh if is_chinese else rule.role.en)
        wanted = [words[kind] for kind in rule.scopes] if is_chinese else list(rule.scopes)
        assert re.split(r"、|, ", scopes) == wanted
        assert (sees in ("看", "yes")) == rule.sees_business


@pytest.mark.parametrize("kind", list(ScopeKind))
def test_a_key_says_what_it_was_made_of(kind):
    assert parse_scope(str(Scope(kind, 12))) == Scope(kind, 12)


@pytest.mark.parametrize("key", ["", "area", "area:", "area:x", "area:-1", "area:²", "planet:1", "area:1:2", " area:1"])
def test_other_keys_are_refused(key):
    with pytest.raises(RuleBroken) as broken:
        parse_scope(key)
    assert broken.value.code == "accounts.scope_unknown"


def test_a_role_is_held_in_its_scopes_only():
    assert check_scope("grid_worker", "grid:3") == Scope(ScopeKind.GRID, 3)
    with pytest.raises(RuleBroken):
        check_scope("grid_worker", "district:7")
    for role in ("resident", "system", "king"):
        with pytest.raises(RuleBroken):
            rule_of(role)


def test_the_three_administrators_are_apart_and_nobody_else():
    apart = {Role.SYSADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}
    for role in role_rules():
        for held in role_rules():
            is_apart = role in apart and held in apart and role != held
            assert conflicting(role, frozenset({held})) == (held if is_apart else "")


def test_work_is_taken_up_before_administration():
    assert takes_up_before("grid_worker") < takes_up_before("sysadmin") < takes_up_before("resident")


def test_a_territory_without_anything_is_empty():
    assert Territory(7).is_empty
    assert not Territory(7, whole_district=True).is_empty
    assert not Territory(7, grid_ids=frozenset({1})).is_empty

"""The stories of the demo month are walks that the workflow table allows."""

import tomllib
from pathlib import Path

import pytest

from gridward.cases.models.case import Case

ROOT = Path(__file__).parents[2] / "gridward"
TABLE = tomllib.loads((ROOT / "core" / "workflow" / "tables" / "seven_stages@2.toml").read_text("utf-8"))
STORIES = tomllib.loads((ROOT / "demo" / "content" / "stories.toml").read_text("utf-8"))["story"]
TEXTS = ("reason", "result", "reply", "text", "ruling", "words")


def walk(steps):
    """Yield (step, state before, move) and follow the table to the end."""
    state = None
    for step in steps:
        move = TABLE["moves"][step["move"]]
        yield step, state, move
        state = move.get("to") or state


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["code"])
def test_every_step_is_allowed_where_the_case_stands(story):
    for step, state, move in walk(story["steps"]):
        assert (state in move["from"]) if state else step["move"] == "submit", step
        assert step["role"] in move["roles"], step


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["code"])
def test_every_step_says_what_its_move_asks_for(story):
    for step, _, move in walk(story["steps"]):
        asked = [field for field in move.get("needs", ()) if field in TEXTS]
        for field in asked:
            assert len(step["words"]) >= TABLE["fields"][field].get("min_length", 1), step


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["code"])
def test_steps_follow_each_other_in_time_on_working_hours_or_evenings(story):
    moments = [(step["day"], step["at"]) for step in story["steps"]]
    assert moments == sorted(set(moments))
    assert all("08:00" <= at <= "20:30" and day < 0 for day, at in moments)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["code"])
def test_the_story_belongs_to_a_category_and_a_channel(story, categories):
    key = story["category"]
    category = categories[key["scheme"], key["kind"], key["code"]]
    assert story["channel"] in Case.Channel.values
    moves = {step["move"] for step in story["steps"]}
    assert "desk_inspect_pass" not in moves or category["allows_desk_check"] == "yes"


def test_two_are_voided_one_waits_one_came_back_and_one_was_ruled_on():
    moves = [{step["move"] for step in story["steps"]} for story in STORIES]
    for move, times in {"grant_void": 2, "grant_suspension": 1, "reopen": 1, "designate": 1}.items():
        assert sum(move in found for found in moves) == times, move

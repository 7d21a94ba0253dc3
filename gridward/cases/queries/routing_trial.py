"""The outcome of a dry run, with names in place of ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.models import Category
from gridward.web.moments import is_chinese


@dataclass(frozen=True, slots=True)
class Said:
    """A trial to read. ``rules``, ``changes`` and ``lessons`` are rows of names and counts."""

    counts: Mapping[str, int]
    rules: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    lessons: list[dict[str, Any]]


def spoken(district_id: int, trial: Mapping[str, Any]) -> Said:
    """A kept trial in the reader's language: three statements."""
    ids = {change[name] for change in trial["changes"] for name in ("before", "after", "final")}
    bodies = _names(Body, district_id, ids | {lesson["final"] for lesson in trial["lessons"]})
    categories = _names(Category, district_id, {int(lesson["category"]) for lesson in trial["lessons"]})
    divisions = _names(
        Division, district_id, {int(lesson["subdistrict"]) for lesson in trial["lessons"] if lesson["subdistrict"]}
    )  # fmt: skip
    counts = {name: value for name, value in trial.items() if isinstance(value, int)}
    rules = [{"number": int(number), **record} for number, record in trial["rules"].items() if record["taken"]]
    changes = [
        {**change, **{name: bodies.get(change[name], "—") for name in ("before", "after", "final")}}
        for change in trial["changes"]
    ]
    lessons = [
        {**lesson, "body": lesson["final"], "final": bodies.get(lesson["final"], "—"),
         "category_name": categories.get(int(lesson["category"]), "—"),
         "subdistrict_name": divisions.get(int(lesson["subdistrict"] or 0), "—")}
        for lesson in trial["lessons"]
    ]  # fmt: skip
    return Said(counts, rules, changes, lessons)


def _names(model: Any, district_id: int, ids: set[Any]) -> dict[int, str]:
    name = "name_zh" if is_chinese() else "name_en"
    rows = model.objects.filter(district_id=district_id, pk__in=ids - {None})
    return dict(rows.values_list("pk", name))

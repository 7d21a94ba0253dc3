"""Full text of cases: what a case is found by, and the newest cases that a viewer sees and that say some words."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from gridward.audit.models import StepBody
from gridward.cases.models import Case, CaseStep, Category
from gridward.core.search.bigrams import kept_text, phrases_of
from gridward.core.workflow.parse import load, names
from gridward.gpkg.fulltext import Worded, newest_saying, rows_saying

KIND = "cases.index_cases"
SAID = ("text", "result", "reply")
START = "cases.submit"
BITS = 29  # cases of one second that are told apart


@cache
def telling_verbs() -> tuple[str, ...]:
    """Verbs of the moves, in any table, that change what a case is found by: its category, or one of the texts."""
    moves = [move for table in names() for move in load(table).moves.values()]
    told = [move for move in moves if {*move.needs, *move.may} & {"category", *SAID}]
    return tuple(dict.fromkeys(f"cases.{move.code}" for move in told))


def newness_of(pk: int, reported_at: datetime) -> int:
    """The place of a case in the order of reporting: the second, then the id. Below 2⁶³ for a thousand years."""
    return int(reported_at.timestamp()) << BITS | pk & (1 << BITS) - 1


def words_of(case: Case, said: Iterable[str]) -> Worded:
    """What one case is found by; ``case.category`` is at hand."""
    number, kind = case.number, case.category
    texts = (number, number[6:], number[14:], case.place, case.description,
             kind.name_zh, kind.public_zh, kind.name_en, kind.public_en)  # fmt: skip
    return Worded(case.pk, newness_of(case.pk, case.reported_at), kept_text([*dict.fromkeys(texts), *said]))


def said_in(body: Mapping[str, Any]) -> list[str]:
    """The texts of a step that cases are found by."""
    return [body[name] for name in SAID if body.get(name)]


def words_of_cases(pks: Collection[int]) -> list[Worded]:
    """What these cases are found by, as their rows and steps say now; four statements."""
    cases = Case.objects.filter(pk__in=pks).only("number", "place", "description", "reported_at", "category")
    found, said = list(cases.order_by("pk")), _said_of(pks)
    kinds = Category.objects.in_bulk({case.category_id for case in found})
    for case in found:
        case.category = kinds[case.category_id]
    return [words_of(case, said[case.pk]) for case in found]


def _said_of(pks: Collection[int]) -> dict[int, list[str]]:
    """Case → what its steps said, in order; what was purged says nothing."""
    verbs = set(telling_verbs()) - {START}  # the report's words stand in the case
    steps = CaseStep.objects.filter(case__in=pks, verb__in=verbs).order_by("case_id", "n").values_list("pk", "case_id")
    told = list(steps)
    bodies = StepBody.objects.filter(table=CaseStep._meta.label, step_id__in=[pk for pk, _ in told])
    by_step = dict(bodies.values_list("step_id", "body"))
    said: dict[int, list[str]] = defaultdict(list)
    for pk, case_id in told:
        said[case_id] += said_in(json.loads(by_step.get(pk, "{}")))
    return said


def newest_found(rows: QuerySet[Case], words: str, most: int) -> list[int]:
    """The ids of the newest ``most`` of these rows that say all the words, the newest first."""
    return newest_saying(rows, "search_text__words", phrases_of(words), most)


def saying(rows: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Those of the rows that say all the words; for rows that are walked in an order of their own."""
    return rows_saying(rows, "search_text__words", phrases_of(words))

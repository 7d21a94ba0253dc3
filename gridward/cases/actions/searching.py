"""The search index follows the cases: within seconds after a step, in chunks for history, or made anew as a whole."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import transaction

from gridward.audit.models import Entry, Step, StepBody
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.models import Case, CaseStep, SearchText
from gridward.cases.queries.searching import KIND, SAID, START, said_in, telling_verbs, words_of, words_of_cases
from gridward.core.actor import SYSTEM
from gridward.gpkg.fulltext import Worded, clear_words, put_words
from gridward.work import clock
from gridward.work.actions import start_run
from gridward.work.reporting import Report

PUBLIC_NAMES = frozenset({"public_zh", "public_en"})
CHUNK = 100  # some 50 ms of the write lock


def index_cases(pks: Collection[int]) -> int:
    """Bring what search knows of some cases up to what they say now; answers how many had changed.

    Read under the lock, so that of two at once the later one writes what is newer.
    """
    with transaction.atomic():
        list(Case.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
        return put_words(SearchText, words_of_cases(pks))


def index_after(delivery: Any, step: Step) -> None:
    """What follows a step that tells of a case; the same again writes nothing."""
    pk = _case_of(step)
    if pk is not None:
        index_cases([pk])


def index_category_after(delivery: Any, entry: Entry) -> None:
    """A category that is called otherwise has its cases indexed anew, in the background; twice does no harm."""
    told = StepBody.objects.filter(table=entry._meta.label, step_id=entry.pk).values_list("body", flat=True).first()
    if told and PUBLIC_NAMES & json.loads(told).keys():
        which = {"category": int(entry.subject.partition(":")[2])}
        start_run(district_id=entry.district_id, kind=KIND, arguments=which, by=SYSTEM, at=clock.now())


def index_after_purge(step_ids: Collection[int]) -> None:
    """Steps of cases that lost their words on their own, without a step that tells of it: a restored backup."""
    index_cases(set(CaseStep.objects.filter(pk__in=step_ids).values_list("case_id", flat=True)))


def _case_of(step: Step) -> int | None:
    """The case of its step, or of the step whose words were purged."""
    if isinstance(step, CaseStep):
        return step.case_id
    assert isinstance(step, Entry)
    table, _, pk = step.subject.partition(":")
    if table != CaseStep._meta.label:
        return None
    return CaseStep.objects.filter(pk=int(pk)).values_list("case_id", flat=True).first()


def words_of_desks(desks: Iterable[CaseDesk]) -> list[Worded]:
    """What whole lives will be found by, before they are written."""
    verbs = frozenset(telling_verbs()) - {START}
    return [words_of(desk.case, list(_said_on(desk, verbs))) for desk in desks]


def _said_on(desk: CaseDesk, verbs: Collection[str]) -> Iterator[str]:
    for step, row in desk.new_steps:
        if step.verb in verbs and any(name in row.body for name in SAID):
            yield from said_in(json.loads(row.body))


def index_from(after: int, **which: Any) -> Iterator[tuple[int, int]]:
    """Index all cases above an id, a chunk a transaction; tells after each how many, and the last id."""
    rows, done = Case.objects.filter(**which).order_by("pk"), 0
    while pks := list(rows.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK]):
        index_cases(pks)
        after, done = pks[-1], done + len(pks)
        yield done, after


def index_all(report: Report) -> None:
    """All cases of the run's district, or of one category; taken up again where it stopped."""
    which = {"district_id": report.district_id}
    if "category" in report.arguments:
        which["category_id"] = report.arguments["category"]
    before, total = report.cursor.get("done", 0), Case.objects.filter(**which).count()
    for done, after in index_from(report.cursor.get("after", 0), **which):
        report.reached(before + done, total=total, cursor={"after": after, "done": before + done})
    report.reached(total, total=total)


def forget_all() -> None:
    """Empty the index and what it was made of; cases are found again as they are indexed again."""
    with transaction.atomic():
        clear_words(SearchText)

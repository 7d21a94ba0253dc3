"""Learning from a district's own closed cases which words mean which category."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.accounts.queries.administration import administered
from gridward.cases.models import Case, Category, CategoryHelp
from gridward.cases.queries.suggesting import ranked_by_names
from gridward.core.actor import SYSTEM, Actor
from gridward.core.errors import RuleBroken
from gridward.core.lazy import LazyModule
from gridward.core.suggest.learning import Example
from gridward.core.suggest.linear import LinearModel
from gridward.core.workflow.outcome import ENDINGS, Ending
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.actions import leave_entry, start_run, subject_key
from gridward.work.models import Run
from gridward.work.reporting import Report

KIND = "cases.train_categories"
MOST_CASES = 30_000  # the newest; a learner of more is hardly better and takes minutes
KEPT = 5
TAKEN_ON = [state for state, ending in ENDINGS.items() if ending is not Ending.NOT_TAKEN_ON] + ["evaluated"]
UNFINISHED = (Run.State.WAITING, Run.State.RUNNING, Run.State.STOPPED)
engine: Any = LazyModule("gridward.core.suggest.engine")


def ask_training(*, district: District, by: Actor, at: datetime) -> Run:
    """Ask for a training; one that is waiting or under way is answered instead.

    Raises RuleBroken ``training.not_administrator``.
    """
    if by.user_id is not None and not administered(by, district.pk, at).whole_district:
        raise RuleBroken("training.not_administrator")
    known = Run.objects.filter(district=district, kind=KIND, state__in=UNFINISHED).order_by("-pk").first()
    return known or start_run(district_id=district.pk, kind=KIND, arguments={}, by=by, at=at)


def train_categories(report: Report) -> None:
    """Learn, judge, keep. A run that was stopped begins anew: it takes minutes, and nothing is kept before its end.

    Raises RuleBroken ``training.too_few_cases``, ``training.no_learner``.
    """
    district = District.objects.get(pk=report.district_id)
    among = list(Category.objects.filter(district=district, is_in_use=True))
    learn = _learner()
    model, lesson = learn(
        list(examples(district.pk, {category.pk for category in among})), ranked_by_names(among),
        lambda done, total: report.reached(done, total=total),
    )  # fmt: skip
    _keep(district, model, lesson.as_data(), is_used=lesson.is_better, by_id=report.by_id)


def _learner() -> Any:
    try:
        return engine.learn
    except ModuleNotFoundError:
        raise RuleBroken("training.no_learner") from None


def examples(district_id: int, among: set[int]) -> Iterator[Example]:
    """The newest closed cases that were taken on, with the category they were handled under; phones and identity
    numbers are cut out of the words where these are cut into pieces.
    """
    rows = Case.objects.filter(district_id=district_id, is_open=False, state__in=TAKEN_ON).order_by("-closed_at", "-pk")
    for text, category, at in rows.values_list("description", "category_id", "reported_at")[:MOST_CASES]:
        if category in among and text.strip():
            yield Example(text, category, at.timestamp())


@transaction.atomic
def _keep(district: District, model: LinearModel, lesson: dict[str, Any], *, is_used: bool, by_id: int | None) -> None:
    """One row more, and the fifth before it forgotten."""
    now = clock.now()
    row = CategoryHelp.objects.create(
        district=district, trained_at=now, trained_by_id=by_id, is_used=is_used, lesson=lesson,
        weights=model.as_bytes(),
    )  # fmt: skip
    old = CategoryHelp.objects.filter(district=district).order_by("-trained_at", "-pk")
    CategoryHelp.objects.filter(pk__in=list(old.values_list("pk", flat=True)[KEPT:])).delete()
    told = {"cases": lesson["cases"], "is_used": is_used, "later": lesson["later"], "names": lesson["names"]}
    by = Actor(by_id, Role.SYSADMIN if by_id else SYSTEM.role, None, district.pk)
    leave_entry(district_id=district.pk, subject=subject_key(row), verb=KIND, by=by, at=now, body=told)

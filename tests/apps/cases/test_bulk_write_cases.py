"""The bulk twins leave the rows that the actions leave, one by one."""

import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from gridward.audit.models import StepBody
from gridward.cases.actions.book import HistoryBook
from gridward.cases.actions.bulk import write_history
from gridward.cases.actions.evaluating import ending_verbs, evaluate_after
from gridward.cases.models import Attachment, Case, CaseClock, CaseEvaluation, CaseRequest, CaseStep, Contact, Rating
from gridward.districts.models import District
from gridward.files.models import StoredFile
from gridward.work.actions import entries
from gridward.work.models import Delivery
from tests.apps.cases.scene import Scene, damage
from tests.apps.cases.walking import Life, straight, walk

LIVES = 200 if os.environ.get("GRIDWARD_TIER") == "full" else 25
# Drawn by chance or by the database, so that no two writings agree on them.
DRAWN = {
    "id", "case_id", "file_id", "step_id", "number", "spoken_code", "public_id", "uid", "step_hash", "prev", "hash",
    "body_digest", "salt", "name", "phone", "email",
}  # fmt: skip
# What only the moment of an end can tell: lives that are written whole do not record it (``feedback_version`` is none).
NOT_RECORDED = {"feedback_version", "told_count", "attempt_count", "unreached_count", "is_repeat"}


class UndoneError(Exception):
    """Ends a block whose rows are only looked at."""


def _plain(row: dict[str, Any]) -> tuple[Any, ...]:
    plain = {k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items() if k not in DRAWN | NOT_RECORDED}
    return tuple(sorted((k, repr(v.wkt if hasattr(v, "wkt") else v)) for k, v in plain.items()))


def rows_left() -> dict[str, list[Any]]:
    """Every row of every table that cases write, with chance taken out and its case by the report's own uuid."""
    names = dict(Case.objects.values_list("pk", "client_uuid"))
    files = dict(StoredFile.objects.values_list("pk", "sha256"))
    steps = {pk: (names[case], n) for pk, case, n in CaseStep.objects.values_list("pk", "case_id", "n")}
    found = {"Case": [_plain(row) for row in Case.objects.values()]}
    for model in (CaseStep, CaseClock, CaseRequest, Contact, Attachment, Rating):
        found[model.__name__] = [(str(names[row["case_id"]]), *_plain(row)) for row in model.objects.values()]
    found["CaseEvaluation"] = [
        (str(names[row["case_id"]]), *_plain(row))
        for row in CaseEvaluation.objects.order_by("case_id", "step_n").values()
    ]
    found["StepBody"] = [
        (str(steps[row["step_id"]]), *_plain(row)) for row in StepBody.objects.filter(table="cases.CaseStep").values()
    ]
    found["Delivery"] = [
        (str(steps[row["step_id"]]), *_plain(row)) for row in Delivery.objects.filter(table="cases.CaseStep").values()
    ]
    found["Attachment"] = [(files[row["file_id"]], *_plain(row)) for row in Attachment.objects.values()]
    return {name: sorted(rows) for name, rows in found.items()}


def undone(work: Callable[[], Any]) -> Any:
    """Do it, look at the rows, and take them back."""
    answer: list[Any] = []
    try:
        with transaction.atomic():
            answer += [work(), rows_left(), damage()]
            raise UndoneError
    except UndoneError:
        return answer


def note(delivery: Any, step: Any) -> None:
    """A handler, so that steps have deliveries."""


@pytest.mark.long_transaction("all rows of both ways are taken back at the end")
def test_lives_written_in_bulk_leave_the_rows_of_lives_lived_one_by_one(scene: Scene, monkeypatch: Any) -> None:
    verbs = ("submit", "accept", "dispatch", "close", "rate")
    monkeypatch.setattr(entries, "jobs", lambda: {f"cases.{verb}": (note,) for verb in verbs})
    rng = random.Random(7)
    lives: list[Life]

    def lived() -> list[Life]:
        lives = [straight(scene)[0], *(walk(scene, rng, most=12)[0] for _ in range(LIVES))]
        for step in CaseStep.objects.filter(verb__in=ending_verbs()).order_by("case_id", "n"):
            evaluate_after(None, step)
        return lives

    lives, one_by_one, wrong = undone(lived)
    assert wrong == []
    book = HistoryBook(District.objects.get(pk=scene.town.district.pk))
    _, in_bulk, wrong = undone(lambda: write_history(book, lives, random.Random(8)))
    assert wrong == []
    for table, rows in one_by_one.items():
        assert len(rows) == len(in_bulk[table]), table
        for one, other in zip(rows, in_bulk[table], strict=True):
            assert one == other, table
    assert sum(len(life.moves) for life in lives) > LIVES * 4 and one_by_one["Delivery"]
    assert one_by_one["CaseEvaluation"]

"""Components from a file: every line looked at first, then those that are good taken in, undone as a batch.

Both are long work in a process of its own: with progress, stopped and taken up again where it was.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.registers.actions.components import put_components, require_keeper
from gridward.registers.models import Component
from gridward.registers.queries.importing import IMPORT, LIMIT_TOLD, TRY, is_going_on
from gridward.registers.queries.listing import kept
from gridward.registers.reading.files import Line, read_lines
from gridward.registers.reading.incoming import incoming
from gridward.registers.reading.rows import Checked, Checker
from gridward.work import clock, collected
from gridward.work.actions import start_run
from gridward.work.actions.batches import applied_batch, close_batch, keep_batch
from gridward.work.locks import lock
from gridward.work.models import ImportBatch, Run
from gridward.work.reporting import Report

CHUNK = 500


def try_file(
    *, district: District, sha256: str, file_name: str, crs: str, layer: str = "", by: Actor, at: datetime
) -> Run:  # fmt: skip
    """Ask to look at a file that lies among the incoming: nothing is written. Raises ``registers.not_keeper``."""
    require_keeper(by, district.pk, at)
    asked = {"file": sha256, "name": file_name[:200], "crs": crs, "layer": layer}
    return start_run(district_id=district.pk, kind=TRY, arguments=asked, by=by, at=at)


@transaction.atomic
def import_file(*, tried: Run, by: Actor, at: datetime) -> Run:
    """Ask to take in what a trial found good; asked twice, it is the same import.

    Raises RuleBroken ``registers.not_keeper``, ``registers.not_tried_out``, ``files.gone``.
    """
    require_keeper(by, tried.district_id, at)
    row = lock(Run, tried.pk)
    known = Run.objects.filter(district_id=row.district_id, kind=IMPORT, arguments__tried=row.pk).first()
    if known is not None:
        return known
    if row.kind != TRY or row.state != Run.State.DONE or not row.cursor.get("good"):
        raise RuleBroken("registers.not_tried_out")
    if not incoming(row.arguments["file"]).exists():
        raise RuleBroken("files.gone")
    batch = keep_batch(
        district_id=row.district_id, kind=IMPORT, file_name=row.arguments["name"], sha256=row.arguments["file"],
        report={"good": row.cursor["good"], "wrong": row.cursor["wrong"]}, by=by, at=at,
    )  # fmt: skip
    asked = {**row.arguments, "tried": row.pk, "batch": batch.pk}
    return start_run(district_id=row.district_id, kind=IMPORT, arguments=asked, total=row.total, by=by, at=at)


def look_at_file(report: Report) -> None:
    """The trial: what each line would make, and why others would not; or why the file as a whole cannot be read."""
    try:
        _work_through(report, None)
    except RuleBroken as refused:
        said = {"zh": refused.sentence("zh"), "en": refused.sentence("en")}
        report.reached(0, total=0, cursor={"refusal": said})


def take_in_file(report: Report) -> None:
    """The import: good lines are written, chunk by chunk; the file goes when all of it is done."""
    batch = ImportBatch.objects.get(pk=report.arguments["batch"])
    if batch.state == ImportBatch.State.APPLIED:
        _work_through(report, batch.pk)
        incoming(report.arguments["file"]).unlink(missing_ok=True)


def _work_through(report: Report, batch_id: int | None) -> None:
    asked, district = report.arguments, District.objects.get(pk=report.district_id)
    path = incoming(asked["file"])
    if not path.exists():
        raise RuleBroken("files.gone")
    lines = read_lines(path, name=asked["name"], stated=asked["crs"], layer=asked["layer"])
    checker = Checker(district, lines, clock.now())
    said: dict[str, Any] = {"done": 0, "good": 0, "wrong": 0, "told": [], **report.cursor}
    for start in range(said["done"], len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        said = _told(said, _work_off(district, checker, chunk, batch_id), len(chunk))
        report.reached(said["done"], total=len(lines), cursor=said)


def _work_off(district: District, checker: Checker, chunk: Sequence[Line], batch_id: int | None) -> list[Checked]:
    """Some lines, in a transaction of their own; those that this very import wrote before a stop are good."""
    with transaction.atomic():
        there = dict(kept(district).filter(code__in=_codes(chunk)).values_list("code", "batch_id"))
        mine = {code for code, batch in there.items() if batch_id is not None and batch == batch_id}
        checked = [checker.check(line, there.keys() - mine) for line in chunk]
        if batch_id is not None:
            rows = [one.row for one in checked if one.row is not None and one.row.code not in mine]
            put_components(district=district, rows=rows, batch_id=batch_id)
    return checked


def _codes(chunk: Sequence[Line]) -> list[str]:
    return ["".join(line.texts.get("code", "").split())[:40] for line in chunk]


def _told(said: dict[str, Any], checked: Sequence[Checked], lines: int) -> dict[str, Any]:
    """What the page says: how many are good, and the first that are not, each with its reasons in both languages."""
    wrong = [one for one in checked if one.problems]
    told = [
        {
            "line": one.line.number, "code": one.line.texts.get("code", "")[:40],
            **{language: [problem.sentence(language) for problem in one.problems] for language in ("zh", "en")},
        }
        for one in wrong[: max(0, LIMIT_TOLD - len(said["told"]))]
    ]  # fmt: skip
    return {
        "done": said["done"] + lines, "good": said["good"] + lines - len(wrong), "wrong": said["wrong"] + len(wrong),
        "told": [*said["told"], *told],
    }  # fmt: skip


def undo_import(*, batch: ImportBatch, by: Actor, at: datetime) -> list[str]:
    """Take a batch back. What was changed since, or has a case, stays; the codes of those are answered.

    Raises RuleBroken ``registers.not_keeper``, ``registers.import_goes_on``, ``work.batch_undone``.
    """
    require_keeper(by, batch.district_id, at)
    if is_going_on(batch):
        raise RuleBroken("registers.import_goes_on")
    with transaction.atomic():
        batch = applied_batch(batch.pk)
        rows = Component.objects.filter(batch=batch, retired_at__isnull=True)
        used = {pk for ask in collected.joins().get("registers.used", ()) for pk in ask(components=rows)}
        stays = rows.filter(pk__in=used) | rows.filter(changed_at__isnull=False)
        left = dict(stays.order_by("code").values_list("pk", "code"))
        rows.exclude(pk__in=list(left)).update(retired_at=clock.now())
        close_batch(batch=batch, verb="registers.undo_import", left=list(left), by=by, at=at)
    return list(left.values())

"""A district's own templates: put up to be looked over, taken into use, taken back; each with an entry."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from gridward.cases.actions.standards import require_lists
from gridward.cases.models import PaperTemplate
from gridward.cases.queries.paper_templates import engine
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.papers.checking import MOST_BYTES, check_template
from gridward.core.papers.forms import Form
from gridward.core.papers.sheet import names_of
from gridward.files.actions import keep_file
from gridward.files.queries import DOCX
from gridward.files.storing import Prepared, Readable, path_of, prepare
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock


def prepare_template(upload: Readable, form: Form) -> Prepared:
    """Take in and judge an uploaded template; no database, so that no lock waits for a file.

    Raises RuleBroken ``files.…`` for what is no paper at all, ``papers.template_…`` for what no template may be.
    """
    if getattr(upload, "size", 0) > MOST_BYTES:
        raise RuleBroken("papers.template_too_large", most=MOST_BYTES // 2**20)
    prepared = prepare(upload, papers=True)
    if prepared.media_type != DOCX:
        raise RuleBroken("papers.template_kind")
    content = path_of(prepared.sha256).read_bytes()
    check_template(content, names_of(form))
    if not engine.opens(content):
        raise RuleBroken("papers.template_broken")
    return prepared


@transaction.atomic
def put_template(
    *, district_id: int, form: Form, variant: str, prepared: Prepared, by: Actor, at: datetime
) -> PaperTemplate:
    """A new version to look over; what is in use stays until it is taken into use."""
    require_lists(by, district_id, at)
    same = {"district_id": district_id, "form": form.code, "variant": PaperTemplate.Variant(variant)}
    file = keep_file(prepared=prepared, district_id=district_id)
    last = PaperTemplate.objects.filter(**same).aggregate(last=Max("n"))["last"] or 0
    row = PaperTemplate.objects.create(
        **same, n=last + 1, file=file, name=prepared.name, by_id=by.user_id, recorded_at=clock.now()
    )
    _note(row, "cases.put_template", by, at, {"name": row.name, "sha256": prepared.sha256})
    return row


@transaction.atomic
def adopt_template(*, template: PaperTemplate, by: Actor, at: datetime) -> PaperTemplate:
    """From now on documents of this form are made from this version."""
    row = _locked(template, by, at)
    if row.state != "draft":
        raise RuleBroken("papers.template_settled")
    row.adopted_at = clock.now()
    row.save(update_fields=["adopted_at"])
    _note(row, "cases.adopt_template", by, at, {})
    return row


@transaction.atomic
def take_back_template(*, template: PaperTemplate, by: Actor, at: datetime) -> PaperTemplate:
    """A version is not used again; the one before it holds, or the layout made by code."""
    row = _locked(template, by, at)
    if row.state == "retired":
        raise RuleBroken("papers.template_settled")
    row.retired_at = clock.now()
    row.save(update_fields=["retired_at"])
    _note(row, "cases.take_back_template", by, at, {})
    return row


def _locked(template: PaperTemplate, by: Actor, at: datetime) -> PaperTemplate:
    row = lock(PaperTemplate, template.pk)
    require_lists(by, row.district_id, at)
    return row


def _note(row: PaperTemplate, verb: str, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    said = {"form": row.form, "variant": row.variant, "n": row.n, **body}
    leave_entry(district_id=row.district_id, subject=subject_key(row), verb=verb, by=by, at=at, body=said)

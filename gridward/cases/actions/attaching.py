"""Photos and papers of a case: prepared before the transaction, kept and named inside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import Point

from gridward.cases.models import Attachment, Case, WaitingPhoto
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.files.actions import keep_files
from gridward.files.storing import Prepared
from gridward.work.locks import lock_all

if TYPE_CHECKING:
    from gridward.cases.actions.desk import CaseDesk

MOST_A_REPORT = 5
PHOTO_KINDS = {
    "verify_true": Attachment.Kind.VERIFICATION,
    "verify_false": Attachment.Kind.VERIFICATION,
    "inspect_pass": Attachment.Kind.INSPECTION,
    "inspect_fail": Attachment.Kind.INSPECTION,
    "make_safe": Attachment.Kind.BEFORE,
    "partial_result": Attachment.Kind.PROGRESS,
}
FIELD_KINDS = {
    "before_photo": Attachment.Kind.BEFORE,
    "after_photo": Attachment.Kind.AFTER,
    "paper": Attachment.Kind.PAPER,
}
PHOTO_FIELDS = frozenset({"photo", *FIELD_KINDS})


def attach(
    case: Case, photos: Iterable[Prepared], *, kind: str, by: Actor, at: datetime, is_drawing: bool = False
) -> list[Attachment]:
    """Keep the files; answer the unsaved rows that hang them on the case."""
    prepared = list(photos)
    _check_count(len(prepared))
    if not prepared:
        return []
    stored = keep_files(prepared=prepared, district_id=case.district_id)
    return [
        Attachment(
            district_id=case.district_id, case=case, file=file, kind=kind, taken_at=photo.taken_at,
            position=Point(*photo.position, srid=4326) if photo.position else None,
            is_drawing=is_drawing, by_id=by.user_id, recorded_at=at, name=photo.name,
        )
        for photo, file in zip(prepared, stored, strict=True)
    ]  # fmt: skip


def _check_count(count: int) -> None:
    if count > MOST_A_REPORT:
        raise RuleBroken("case.too_many_photos", most=MOST_A_REPORT)


def take_in(case: Case, photo_ids: list[int], *, kind: str, by: Actor, at: datetime) -> list[Attachment]:
    """Waiting photos as unsaved attachments; each keeps its one reference to the file. Twice is refused: the first
    move has them (``case.photo_gone``).
    """
    rows = lock_all(WaitingPhoto, photo_ids)
    if {row.pk for row in rows if row.case_id == case.pk} != set(photo_ids):
        raise RuleBroken("case.photo_gone")
    WaitingPhoto.objects.filter(pk__in=photo_ids).delete()
    return [
        Attachment(
            district_id=case.district_id, case=case, file_id=row.file_id, kind=kind, taken_at=row.taken_at,
            position=row.position, by_id=by.user_id, recorded_at=at, link_id=row.link_id if row.by_id is None else None,
        )
        for row in rows
    ]  # fmt: skip


def hang_photos(desk: CaseDesk, move: str, given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """The photos that came with a move, those that waited for it too, on the desk."""
    if PHOTO_FIELDS.isdisjoint(given):
        return
    for field, kind in (("photo", PHOTO_KINDS.get(move, Attachment.Kind.REPORT)), *FIELD_KINDS.items()):
        sent = given.get(field)
        if not sent:
            continue
        photos = [photo for photo in sent if isinstance(photo, Prepared)]
        waiting = [photo.pk for photo in sent if isinstance(photo, WaitingPhoto)]
        if photos or waiting:
            _check_count(len(photos) + len(waiting))
            rows = attach(desk.case, photos, kind=kind, by=by, at=at)
            rows += take_in(desk.case, waiting, kind=kind, by=by, at=at) if waiting else []
            for row in rows:
                row.is_for_reporter = kind == Attachment.Kind.PROGRESS and bool(given.get("for_reporter"))
            desk.new_attachments += rows

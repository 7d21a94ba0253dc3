"""Photos and papers of a case: prepared before the transaction, kept and named inside it."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.gis.geos import Point

from gridward.cases.models import Attachment, Case
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.files.actions import keep_files
from gridward.files.storing import Prepared

MOST_A_REPORT = 5


def attach(
    case: Case, photos: Iterable[Prepared], *, kind: str, by: Actor, at: datetime, is_drawing: bool = False
) -> list[Attachment]:
    """Keep the files; answer the unsaved rows that hang them on the case."""
    prepared = list(photos)
    if len(prepared) > MOST_A_REPORT:
        raise RuleBroken("case.too_many_photos", most=MOST_A_REPORT)
    stored = keep_files(prepared=prepared, district_id=case.district_id) if prepared else []
    return [
        Attachment(
            district_id=case.district_id, case=case, file=file, kind=kind, taken_at=photo.taken_at,
            position=Point(*photo.position, srid=4326) if photo.position else None,
            is_drawing=is_drawing, by_id=by.user_id, recorded_at=at,
        )
        for photo, file in zip(prepared, stored, strict=True)
    ]  # fmt: skip

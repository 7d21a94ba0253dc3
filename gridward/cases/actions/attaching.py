"""Photos and papers of a case: prepared before the transaction, kept and named inside it."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.gis.geos import Point

from gridward.cases.models import Attachment, Case
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.files.actions import keep_file
from gridward.files.storing import Prepared

MOST_A_REPORT = 5


def attach(
    case: Case, photos: Iterable[Prepared], *, kind: str, by: Actor, at: datetime, is_drawing: bool = False
) -> list[Attachment]:
    """Keep the files and hang them on the case."""
    prepared = list(photos)
    if len(prepared) > MOST_A_REPORT:
        raise RuleBroken("case.too_many_photos", most=MOST_A_REPORT)
    rows = [
        Attachment(
            district_id=case.district_id, case=case, file=keep_file(prepared=photo, district_id=case.district_id), kind=kind,
            position=Point(*photo.position, srid=4326) if photo.position else None,
            taken_at=photo.taken_at, is_drawing=is_drawing, by_id=by.user_id, recorded_at=at,
        )
        for photo in prepared
    ]  # fmt: skip
    return Attachment.objects.bulk_create(rows)

"""Photos that stay with a form from step to step: taken in once, then signed into the page."""

import base64
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing

from gridward.cases.actions.attaching import MOST_A_REPORT
from gridward.cases.forms.moves import PhotosField
from gridward.core.errors import RuleBroken
from gridward.files.storing import Prepared, path_of
from gridward.web.moments import is_chinese

SALT, HOLDS_S = "gridward.portal.photos", 3000  # less than the hour that an unreferenced file waits for its row


def sign(photos: list[Prepared]) -> str:
    """Prepared photos as a signed text for a hidden field; empty without any."""
    rows = [{**asdict(photo), "taken_at": photo.taken_at and photo.taken_at.isoformat()} for photo in photos]
    return signing.dumps(rows, salt=SALT, compress=True) if rows else ""


def read(text: str) -> list[Prepared]:
    """The photos in a signed text; none when it is forged, too old, or the files are gone."""
    try:
        rows = signing.loads(text, salt=SALT, max_age=HOLDS_S) if text else []
    except signing.BadSignature:
        return []
    photos = [_prepared(row) for row in rows[:MOST_A_REPORT]]
    return [photo for photo in photos if path_of(photo.sha256).exists()]


def _prepared(row: dict[str, Any]) -> Prepared:
    taken, position = row["taken_at"], row["position"]
    moment = datetime.fromisoformat(taken) if taken else None
    return Prepared(**{**row, "taken_at": moment, "position": tuple(position) if position else None})


@dataclass(frozen=True, slots=True)
class Preview:
    """A photo as the page shows it before it is sent."""

    sha256: str
    source: str


def previews(photos: list[Prepared]) -> list[Preview]:
    """Small pictures, inside the page: nobody else can ask for them."""
    return [
        Preview(photo.sha256, f"data:{photo.media_type};base64," + _small(photo.sha256))
        for photo in photos
    ]  # fmt: skip


def _small(sha256: str) -> str:
    path = path_of(sha256, small=True)
    return base64.b64encode(path.read_bytes()).decode() if path.exists() else ""


class OpenDoorPhotos(PhotosField):
    """A refused photo is an error of the field; everything else in the form stays."""

    def clean(self, data: Any, initial: Any = None) -> list[Prepared]:
        try:
            return super().clean(data, initial)
        except RuleBroken as refused:
            raise forms.ValidationError(refused.sentence("zh" if is_chinese() else "en")) from None

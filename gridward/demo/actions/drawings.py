"""Drawn pictures 示意图 for reports and results: never photographs of anything real."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from PIL import Image, ImageDraw

from gridward.cases.actions.desk import CaseDesk
from gridward.cases.models import Attachment
from gridward.districts.models import District
from gridward.files.actions import keep_file
from gridward.files.models import StoredFile
from gridward.files.storing import prepare_drawing
from gridward.gpkg.many import new_row

SIZE = (680, 448)
SHOWN = 0.55
SKY, GROUND, ROAD, INK, WALL, LEAF = "#f3f5ee", "#e3e1d2", "#c9c8bd", "#4b5b58", "#fcfdfa", "#cfe0c4"
Pen = ImageDraw.ImageDraw


def _street(pen: Pen) -> None:
    """Houses, a tree, a pavement and a road."""
    pen.rectangle((0, 250, 680, 300), fill=GROUND)
    pen.rectangle((0, 300, 680, 448), fill=ROAD)
    for left, top, width in ((40, 90, 150), (220, 130, 120), (520, 60, 130)):
        pen.rectangle((left, top, left + width, 250), fill=WALL, outline=INK, width=2)
        for x in range(left + 18, left + width - 24, 40):
            for y in range(top + 20, 220, 46):
                pen.rectangle((x, y, x + 20, y + 24), outline=INK, width=2)
    pen.line((430, 250, 430, 180), fill=INK, width=4)
    pen.ellipse((390, 100, 470, 195), fill=LEAF, outline=INK, width=2)
    for x in range(20, 680, 110):
        pen.rectangle((x, 372, x + 54, 378), fill=SKY)


def _hole(pen: Pen, done: bool) -> None:
    fill = "#b8b7ab" if done else "#6d726c"
    pen.polygon([(250, 330), (330, 318), (420, 338), (400, 366), (300, 372)], fill=fill, outline=INK)


def _rubbish(pen: Pen, done: bool) -> None:
    if done:
        pen.line((300, 296, 380, 296), fill=INK, width=2)
        return
    for x, y, r in ((290, 282, 20), (322, 276, 26), (356, 284, 18), (338, 258, 16)):
        pen.ellipse((x - r, y - r, x + r, y + r), fill="#8d9086", outline=INK, width=2)


def _lamp(pen: Pen, done: bool) -> None:
    pen.line((360, 300, 360, 80, 410, 70), fill=INK, width=5)
    pen.ellipse((402, 62, 434, 84), fill="#f1dca9" if done else "#8d9086", outline=INK, width=2)
    if done:
        pen.polygon([(404, 86), (432, 86), (480, 296), (340, 296)], fill="#fbefd6")


def _water(pen: Pen, done: bool) -> None:
    pen.ellipse((300, 318, 380, 352), fill="#b8b7ab", outline=INK, width=3)
    if not done:
        pen.ellipse((220, 330, 520, 400), fill="#c2dae6", outline="#86aec4", width=2)


def _stairs(pen: Pen, done: bool) -> None:
    pen.rectangle((210, 60, 480, 300), fill=WALL, outline=INK, width=3)
    for n in range(5):
        pen.line((230 + 30 * n, 290 - 34 * n, 400, 290 - 34 * n), fill=INK, width=3)
    if not done:
        for x, y in ((250, 250), (285, 232), (262, 216)):
            pen.rectangle((x, y, x + 34, y + 30), fill="#c9b98f", outline=INK, width=2)


SCENES: dict[str, Callable[[Pen, bool], None]] = {
    "hole": _hole, "rubbish": _rubbish, "lamp": _lamp, "water": _water, "stairs": _stairs,
}  # fmt: skip
SCENE_OF = {
    "municipal_works": "hole", "sanitation": "rubbish", "lighting": "lamp", "drainage": "water",
    "water_supply": "water",
    "property": "stairs", "community": "stairs", "landscaping": "rubbish", "city_management": "rubbish",
}  # fmt: skip


def draw(scene: str, done: bool) -> tuple[bytes, bytes]:
    """A picture and its small one, as PNG; the same every time."""
    picture = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(picture)
    _street(pen)
    SCENES[scene](pen, done)
    small = picture.resize((340, 224), Image.Resampling.LANCZOS)
    return _png(picture), _png(small)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(slots=True)
class _Kept:
    row: StoredFile
    uses: int = 0


class Drawings:
    """The stored drawings of a district; ``count`` writes how often they were used since the last time."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.kept: dict[tuple[str, bool], _Kept] = {}

    def file(self, scene: str, done: bool) -> StoredFile:
        key = (scene, done)
        if key not in self.kept:
            content, small = draw(scene, done)
            prepared = prepare_drawing(content, small, media_type="image/png", width=SIZE[0], height=SIZE[1])
            with transaction.atomic():
                self.kept[key] = _Kept(keep_file(prepared=prepared, district_id=self.district.pk))
        self.kept[key].uses += 1
        return self.kept[key].row

    def hang(self, desk: CaseDesk, rng: random.Random) -> None:
        """A drawing of the trouble, and one of the result once it was handled."""
        scene = SCENE_OF.get(desk.case.category.speciality)
        if scene is None or rng.random() > SHOWN:
            return
        moments = {step.move: (step.at, step.by) for step in desk.past}
        self._hang(desk, scene, False, Attachment.Kind.REPORT, *moments["submit"])
        if "finish" in moments:
            self._hang(desk, scene, True, Attachment.Kind.AFTER, *moments["finish"])

    def _hang(self, desk: CaseDesk, scene: str, done: bool, kind: str, at, by_id) -> None:  # type: ignore[no-untyped-def]
        desk.new_attachments.append(
            new_row(
                Attachment, district_id=self.district.pk, case_id=desk.case.pk, file_id=self.file(scene, done).pk,
                kind=kind, taken_at=at, is_drawing=True, by_id=by_id, recorded_at=at,
            )
        )  # fmt: skip

    def count(self) -> None:
        """Add the uses to the references of the stored files."""
        for kept in self.kept.values():
            if kept.uses:
                StoredFile.objects.filter(pk=kept.row.pk).update(references=F("references") + kept.uses)
                kept.uses = 0

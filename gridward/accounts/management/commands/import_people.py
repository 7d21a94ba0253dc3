"""``gridward import-people FILE``: accounts, roles and posts from a sheet; a trial unless ``--apply`` is given."""

import hashlib
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from gridward.accounts.actions import ImportedPeople, import_people, try_import, undo_import
from gridward.accounts.importing import SheetUnreadable, read_rows, read_sheet
from gridward.accounts.queries import named
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.districts.queries import chosen_district
from gridward.work import clock
from gridward.work.models import ImportBatch


class Command(BaseCommand):
    help = "Make accounts, roles and posts from an XLSX or CSV sheet; without --apply nothing is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="username, name, body, role, area, grids, post")
        parser.add_argument("--district", help="code6 of the district, when the database holds several")
        parser.add_argument("--apply", action="store_true", help="make the people and write their slips")
        parser.add_argument("--slips", type=Path, help="where the slips are written (default: GRIDWARD_HOME)")
        parser.add_argument("--undo", type=int, metavar="BATCH", help="take an import back")
        parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")

    def handle(self, *args: Any, **given: Any) -> None:
        with translation.override(given["language"]):
            try:
                self._undo(given["undo"]) if given["undo"] else self._read(given)
            except RuleBroken as refused:
                raise CommandError(refused.sentence(given["language"])) from None

    def _read(self, given: dict[str, Any]) -> None:
        if given["file"] is None:
            raise CommandError(_("Name a sheet, or --undo with the number of an import."), returncode=2)
        district = chosen_district(given["district"])
        try:
            content = given["file"].read_bytes()
            rows = read_rows(district.pk, read_sheet(content))
        except OSError as error:
            raise CommandError(str(error)) from None
        except SheetUnreadable as error:
            raise CommandError(_(str(error))) from None
        now = clock.now()
        tried = try_import(district=district, rows=rows, by=SYSTEM, at=now)
        if not given["apply"] or not tried.is_clean:
            self._print(tried)
            if given["apply"] or not tried.is_clean:
                raise CommandError(_("Nothing was imported. Correct the lines above."))
            self.stdout.write(_("A trial: nothing was kept. Add --apply to import."))
            return
        done = import_people(
            district=district, rows=rows, file_name=given["file"].name,
            sha256=hashlib.sha256(content).hexdigest(), by=SYSTEM, at=now,
        )  # fmt: skip
        self._print(done)
        self._say_where(done, district, given["slips"])

    def _print(self, imported: ImportedPeople) -> None:
        for one in imported.outcomes:
            said = " ".join(one.problems) or one.what
            self.stdout.write(f"{one.line:>5}  {one.key:<20} {said}")

    def _say_where(self, done: ImportedPeople, district: District, wanted: Path | None) -> None:
        assert done.batch is not None
        self.stdout.write(_("Import %(number)s: %(people)s new accounts.") % {
            "number": done.batch.pk, "people": len(done.accounts)})  # fmt: skip
        if done.accounts:
            path = wanted or settings.GRIDWARD_HOME / f"slips-{done.batch.pk}.html"
            write_slips(path, done, district)
            self.stdout.write(_("Slips: %(path)s. Print them, hand them over in person, delete the file.") % {
                "path": path})  # fmt: skip

    def _undo(self, number: int) -> None:
        batch = ImportBatch.objects.filter(pk=number, kind="accounts.import_people").first()
        if batch is None:
            raise CommandError(_("There is no such import."))
        left = undo_import(batch=batch, by=SYSTEM, at=clock.now())
        self.stdout.write(_("Import %(number)s is undone.") % {"number": number})
        for user in left:
            self.stdout.write(_("%(username)s stays: somebody signed in or got another role.") % {
                "username": user.username})  # fmt: skip


def write_slips(path: Path, done: ImportedPeople, district: District) -> None:
    """One HTML file that only its owner reads, outside the database."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page = render_to_string("accounts/slips_file.html", {"accounts": done.accounts, "place": named(district)})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(page)

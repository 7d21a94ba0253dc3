"""``gridward import-categories FILE``: categories and standards from a CSV list; a trial unless ``--apply``."""

import hashlib
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from gridward.cases.actions.importing import KIND, import_lists, read_lists, try_lists, undo_lists
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.districts.queries import chosen_district, local_day
from gridward.work import clock
from gridward.work.actions.batches import Imported
from gridward.work.models import ImportBatch


class Command(BaseCommand):
    help = "Make and change categories and standards from a CSV list; without --apply nothing is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="columns as in the packaged lists")
        parser.add_argument("--district", help="code6 of the district, when the database holds several")
        parser.add_argument("--from", dest="day", type=date.fromisoformat, help="first day of new standards (today)")
        parser.add_argument("--apply", action="store_true", help="keep it")
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
            raise CommandError(_("Name a list, or --undo with the number of an import."), returncode=2)
        try:
            content = given["file"].read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from None
        district, rows, now = chosen_district(given["district"]), read_lists(content), clock.now()
        told = {"rows": rows, "valid_from": given["day"] or local_day(district, now), "by": SYSTEM, "at": now}
        tried = try_lists(district=district, **told)
        if not given["apply"] or not tried.is_clean:
            self._print(tried)
            if not tried.is_clean:
                raise CommandError(_("Nothing was imported. Correct the rows above."))
            self.stdout.write(_("A trial: nothing was kept. Add --apply to import."))
            return
        digest = hashlib.sha256(content).hexdigest()
        done = import_lists(district=district, file_name=given["file"].name, sha256=digest, **told)
        self._print(done)
        assert done.batch is not None
        self.stdout.write(_("Import %(number)s is done.") % {"number": done.batch.pk})

    def _print(self, imported: Imported) -> None:
        for one in imported.outcomes:
            self.stdout.write(f"{one.line:>5}  {one.name:<24} {' '.join(one.problems) or one.what}")

    def _undo(self, number: int) -> None:
        batch = ImportBatch.objects.filter(pk=number, kind=KIND).first()
        if batch is None:
            raise CommandError(_("There is no such import."))
        left = undo_lists(batch=batch, by=SYSTEM, at=clock.now())
        self.stdout.write(_("Import %(number)s is undone.") % {"number": number})
        for category in left:
            self.stdout.write(_("%(code)s was changed since; that stays.") % {"code": category.code})

"""``gridward import-components FILE``: components from a file; looked at, and with ``--apply`` taken in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.districts.queries import chosen_district
from gridward.registers.actions.importing import import_file, try_file, undo_import
from gridward.registers.queries.importing import IMPORT
from gridward.registers.reading.incoming import keep_incoming
from gridward.work import clock
from gridward.work.actions import take_run
from gridward.work.ending import Ending
from gridward.work.models import ImportBatch, Run
from gridward.work.performing import perform_run


class Command(BaseCommand):
    help = "Look at components in a file; with --apply take the good lines in, with --undo take an import back"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="CSV, XLSX, GeoJSON, GeoPackage or zipped Shapefile")
        parser.add_argument("--crs", default="", help="of the points: wgs84, cgcs2000, gcj02, bd09, EPSG:4547 …")
        parser.add_argument("--layer", default="", help="of a GeoPackage with several")
        parser.add_argument("--apply", action="store_true", help="take the good lines in")
        parser.add_argument("--undo", type=int, metavar="NUMBER", help="take the import of this number back")
        parser.add_argument("--district", default="", help="six-digit code, when the database holds several")

    def handle(self, *, file: Path | None, undo: int | None, **options: Any) -> None:
        try:
            if undo is not None:
                self._undo(undo)
            elif file is not None:
                self._import(file, options)
            else:
                raise CommandError("Name a file, or an import to take back.")
        except RuleBroken as refused:
            raise CommandError(str(refused)) from None
        except OSError as trouble:
            raise CommandError(f"{trouble.filename}: {trouble.strerror}") from None

    def _import(self, file: Path, options: dict[str, Any]) -> None:
        with file.open("rb") as opened:
            sha256 = keep_incoming(opened)
        district, at = chosen_district(options["district"]), clock.now()
        tried = try_file(district=district, sha256=sha256, file_name=file.name, crs=options["crs"],
                         layer=options["layer"], by=SYSTEM, at=at)  # fmt: skip
        self._perform(tried)
        if "refusal" in tried.cursor:
            raise CommandError(tried.cursor["refusal"]["en"])
        for row in tried.cursor["told"]:
            self.stderr.write(f"line {row['line']} {row['code']}: {' '.join(row['en'])}")
        self.stdout.write(f"{tried.cursor['good']} lines are good, {tried.cursor['wrong']} are not")
        if options["apply"]:
            run = import_file(tried=tried, by=SYSTEM, at=clock.now())
            self._perform(run)
            number = run.arguments["batch"]
            self.stdout.write(f"{run.cursor['good']} components taken in; import {number} (--undo {number})")

    def _perform(self, run: Run) -> None:
        """In this process; the jobs process leaves it alone."""
        if take_run(run=run, at=clock.now()):
            perform_run(run.pk, Ending())
        run.refresh_from_db()
        if run.state != Run.State.DONE:
            raise CommandError(run.message or f"It was {run.state}; the jobs process goes on with it.")

    def _undo(self, number: int) -> None:
        batch = ImportBatch.objects.filter(kind=IMPORT, pk=number).first()
        if batch is None:
            raise CommandError(f"There is no import {number}.")
        left = undo_import(batch=batch, by=SYSTEM, at=clock.now())
        self.stdout.write(f"import {number} is undone" + (f"; these stay: {', '.join(left)}" if left else ""))

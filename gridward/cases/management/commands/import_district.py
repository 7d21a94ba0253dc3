"""``gridward import-district FOLDER``: a district of your own from files, ready for its first case."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gridward.cases.actions.reference import load_reference_lists
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.grids.actions.building import build_district
from gridward.grids.reading.manifest import read_manifest
from gridward.grids.reading.preparing import PreparedDistrict, prepare_district
from gridward.work import clock


class Command(BaseCommand):
    help = "Build a district from a folder of maps and lists: docs/howto/import-a-district.md"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--crs", default="", help="system of files that state none: wgs84, gcj02, bd09, EPSG:4547 …"
        )
        parser.add_argument("--id", type=int, default=None, help="1 to 4095; by default the lowest free one")
        parser.add_argument("--code6", default="", help="six-digit code, where no file states it")
        parser.add_argument("--dry-run", action="store_true", help="do everything, then take it back")

    def handle(self, **options: Any) -> None:
        try:
            self._import(options)
        except RuleBroken as refused:
            raise CommandError(str(refused)) from None

    def _import(self, options: dict[str, Any]) -> None:
        began = time.monotonic()
        if not options["folder"].is_dir():
            raise CommandError(f"{options['folder']} is not a folder.")
        manifest = read_manifest(options["folder"], crs=options["crs"])
        prepared = prepare_district(manifest, code6=options["code6"], say=self.stdout.write)
        with transaction.atomic():
            report = self._build(prepared, options)
            if options["dry_run"]:
                transaction.set_rollback(True)
        for name, value in report.items():
            self.stdout.write(f"  {name}: {', '.join(value) if isinstance(value, list) else value}")
        self.stdout.write(f"print below maps: GRIDWARD_BASEMAP_SOURCE='{'; '.join(report['sources'])}'")
        said = "nothing was kept (dry run)" if options["dry_run"] else "done"
        self.stdout.write(f"{said} in {time.monotonic() - began:.1f} s")

    def _build(self, prepared: PreparedDistrict, options: dict[str, Any]) -> dict[str, Any]:
        now = clock.now()
        district, report = build_district(
            prepared=prepared, folder=options["folder"].name, id=options["id"], by=SYSTEM, at=now, say=self.stdout.write
        )
        lists = load_reference_lists(district=district, by=SYSTEM, valid_from=local_day(district, now))
        return {**report, **lists}

"""``gridward import-atoms FILE``: a new count of buildings, blocks or cells for the designer."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.districts.queries import chosen_district
from gridward.grids.actions import load_atoms
from gridward.grids.reading.counted import read_atoms
from gridward.work import clock


class Command(BaseCommand):
    help = "Read counted buildings, blocks or cells from a map; they replace the count before, which is kept"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="GeoJSON, GeoPackage or zipped Shapefile")
        parser.add_argument("--layer", default="", help="of a GeoPackage with several")
        parser.add_argument("--crs", default="", help="where the file states none: wgs84, gcj02, bd09, EPSG:4547 …")
        parser.add_argument("--district", default="", help="six-digit code, when the database holds several")

    def handle(self, *, file: Path, layer: str, crs: str, district: str, **options: Any) -> None:
        try:
            rows = read_atoms(file, crs=crs, layer=layer)
            told = load_atoms(district=chosen_district(district), rows=rows, by=SYSTEM, at=clock.now())
        except RuleBroken as refused:
            raise CommandError(str(refused)) from None
        except OSError as trouble:
            raise CommandError(f"{trouble.filename}: {trouble.strerror}") from None
        self.stdout.write(f"{told['counted']} units counted; {told['retired']} of the count before are closed.")

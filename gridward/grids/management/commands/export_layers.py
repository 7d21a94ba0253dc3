"""``gridward export-layers OUT.gpkg``: a copy of the maps for GIS desktops, without personal data."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridward.core.errors import RuleBroken
from gridward.districts.queries import chosen_district, local_day
from gridward.grids.queries.exporting import exported_rows
from gridward.grids.reading.writing import write_layers
from gridward.work import clock


class Command(BaseCommand):
    help = "Write divisions, cells, grids in force and the ground into a new GeoPackage"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="a file that is not there yet, like layers.gpkg")
        parser.add_argument("--district", default="", help="six-digit code, when the database holds several")

    def handle(self, *, target: Path, district: str, **options: Any) -> None:
        if not target.parent.is_dir():
            raise CommandError(f"{target.parent} is not a folder.")
        try:
            chosen = chosen_district(district)
            counts = write_layers(exported_rows(chosen, local_day(chosen, clock.now())), target)
        except RuleBroken as refused:
            raise CommandError(str(refused)) from None
        if not counts:
            raise CommandError(f"{chosen.name_zh} has nothing drawn yet; no file was made.")
        for layer, count in counts.items():
            self.stdout.write(f"  {layer}: {count}")
        self.stdout.write(f"{target} ({target.stat().st_size / 2**20:.1f} MB), EPSG:4326")

"""``gridward backup FILE``: database, files, seals and purges in one archive, while others work; never keys."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gridward.core.errors import RuleBroken
from gridward.project.archives import write_backup


class Command(BaseCommand):
    help = "Writes one archive with everything but the keys; keep those elsewhere, without them nothing sealed opens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        try:
            manifest = write_backup(target)
        except RuleBroken as refused:
            raise CommandError(refused.sentence(settings.LANGUAGE_CODE)) from refused
        cases = manifest["counts"]["cases.Case"]
        self.stdout.write(f"{target}: {target.stat().st_size:,} B, {cases:,} 件案卷 · cases")
        self.stdout.write(f"钥匙不在里面，请另外保管 · keys are not in it, keep them apart: {settings.GRIDWARD_KEYS}")

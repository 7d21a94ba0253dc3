"""``gridward restore FILE``: an archive into an empty home and database; purges first, then compare, then verify."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gridward.core.errors import RuleBroken
from gridward.project.archives import counts, read_backup
from gridward.project.purging import replay_purges


class Command(BaseCommand):
    help = "Restores an archive of gridward backup into an empty home and database, and verifies it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--purges", type=Path, help="a newer folder of purges, kept since the backup was made")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = read_backup(options["file"])
            differing = [name for name, number in counts().items() if number != manifest["counts"][name]]
            purged = replay_purges(options["purges"])
        except RuleBroken as refused:
            raise CommandError(refused.sentence(settings.LANGUAGE_CODE)) from refused
        cases = manifest["counts"]["cases.Case"]
        self.stdout.write(f"{manifest['made_at']}: {cases:,} 件案卷 · cases; {purged} purged again")
        if differing:
            raise CommandError(f"数目不符 · counts differ: {', '.join(differing)}")
        call_command("verify_audit", stdout=self.stdout)

"""``gridward check-data``: every app compares its derived data with the source; exit 1 when something differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridward.work.collected import checks


class Command(BaseCommand):
    help = "Rebuilds derived data in memory and compares it with what is stored."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for name, check in checks():
            found = list(check())
            wrong += len(found)
            self.stdout.write(f"{'✗' if found else '✓'} {name}: {len(found)}")
            for line in found[:20]:
                self.stdout.write(f"    {line}")
        if wrong:
            raise CommandError(f"{wrong} 处不一致 · differences")

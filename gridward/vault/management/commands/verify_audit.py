"""``gridward verify-audit [--seals FOLDER]``: what was changed, moved or removed, by name."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from gridward.audit.verification import Verified, verify_everything
from gridward.core.errors import RuleBroken
from gridward.vault.keys import key_ring

MOST_SHOWN = 200


class Command(BaseCommand):
    help = "Recomputes every step, text, read and seal and names what does not agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seals", type=Path, help="a folder of seals kept elsewhere; else those of this home")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=["zh-hans", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            try:
                outside = options["seals"] or Path(settings.GRIDWARD_HOME) / "seals"
                if not outside.is_dir():
                    self._no_folder(outside, is_given=options["seals"] is not None)
                verified = verify_everything(key=key_ring().seal, outside=outside)
            except ValueError as error:
                raise CommandError(_("The seals cannot be read: {error}").format(error=error)) from error
            except RuleBroken as refused:
                raise CommandError(refused.sentence(options["language"])) from refused
            self._say(verified)

    def _no_folder(self, folder: Path, *, is_given: bool) -> None:
        if is_given:
            raise CommandError(_("There is no folder {folder}.").format(folder=folder))
        self.stdout.write(_("No seals are kept outside the database yet ({folder}).").format(folder=folder))

    def _say(self, verified: Verified) -> None:
        for table, count in verified.counts.items():
            self.stdout.write(_("{table}: {count} steps looked at").format(table=table, count=count))
        young = sum(verified.young.values())
        if young:
            words = _(
                "{count} rows are younger than the last seal outside: they rest on their subject's counter alone."
            )
            self.stdout.write(words.format(count=young))
        for finding in verified.findings[:MOST_SHOWN]:
            self.stdout.write(f"✗ {finding.sentence()}")
        if verified.findings:
            more = len(verified.findings) - MOST_SHOWN
            tail = _(" ({count} more not shown)").format(count=more) if more > 0 else ""
            raise CommandError(_("{count} differences found").format(count=len(verified.findings)) + tail)
        self.stdout.write(_("Nothing was changed, moved or removed."))

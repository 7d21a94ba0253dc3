"""``gridward doctor``: one page in plain words on how this installation is; exit 1 when something must be done."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridward.project.examining import Kind, examine

SIGNS = {Kind.WELL: "✓", Kind.MIND: "·", Kind.ILL: "✗"}


class Command(BaseCommand):
    help = "Looks at time, disk, certificate, fonts, database, keys and background work, and says what to do."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine()
        for finding in findings:
            self.stdout.write(f"{SIGNS[finding.kind]} {finding.zh}\n  {finding.en}")
        if any(finding.kind is Kind.ILL for finding in findings):
            raise CommandError("有需要处理的事 · something needs doing")

"""``gridward rebuild-search``: the search indexes are made anew from the cases and the components."""

from typing import Any

from django.core.management.base import BaseCommand

from gridward.cases.actions.searching import forget_all, index_from
from gridward.registers.actions.searching import index_components


class Command(BaseCommand):
    help = "Forgets the search indexes and indexes all cases and components anew, some of them a transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        forget_all()
        done = 0
        for done, _ in index_from(0):
            self.stdout.write(f"\r{done:,}", ending="")
            self.stdout.flush()
        self.stdout.write(f"\r{done:,} 件案卷已编入检索 · cases are indexed")
        components = max(index_components(), default=0)
        self.stdout.write(f"{components:,} 个部件已编入检索 · components are indexed")

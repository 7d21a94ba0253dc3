"""``gridward rebuild-search``: the search index is made anew from the cases."""

from typing import Any

from django.core.management.base import BaseCommand

from gridward.cases.actions.searching import forget_all, index_from


class Command(BaseCommand):
    help = "Forgets the search index and indexes all cases anew, a hundred a transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        forget_all()
        done = 0
        for done, _ in index_from(0):
            self.stdout.write(f"\r{done:,}", ending="")
            self.stdout.flush()
        self.stdout.write(f"\r{done:,} 件案卷已编入检索 · cases are indexed")

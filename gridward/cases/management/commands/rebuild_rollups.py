"""``gridward rebuild-rollups``: the kept counts made again from the cases, or with ``--verify`` only compared."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridward.cases.actions.rebuilding import KIND
from gridward.cases.checks import rollups
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.districts.queries import chosen_district
from gridward.work import clock
from gridward.work.actions import claim_run, free_orphaned_runs, resume_run, start_run
from gridward.work.ending import Ending
from gridward.work.models import Run
from gridward.work.performing import perform_run

UNFINISHED = (Run.State.WAITING, Run.State.STOPPED, Run.State.FAILED)


class Command(BaseCommand):
    help = "Makes the kept counts of cases again from the cases and their steps, while everybody goes on working"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--verify", action="store_true", help="only compare; exit 1 and name the keys that differ")
        parser.add_argument("--district", default="", help="six-digit code, when the database holds several")

    def handle(self, *, verify: bool, district: str, **options: Any) -> None:
        try:
            chosen = chosen_district(district)
        except RuleBroken as refused:
            raise CommandError(str(refused)) from None
        if verify:
            self._verify(chosen)
        else:
            self._rebuild(chosen)

    def _verify(self, district: District) -> None:
        wrong = 0
        for line in rollups([district]):
            wrong += 1
            self.stdout.write(line)
        if wrong:
            raise CommandError(f"{wrong} 处不一致 · differences")
        self.stdout.write("计数与案卷一致 · The counts are those of the cases.")

    def _rebuild(self, district: District) -> None:
        """As a run, so that it shows among the background work, and goes on where a former one stopped."""
        now, ending = clock.now(), Ending()
        free_orphaned_runs(at=now)
        run = Run.objects.filter(district=district, kind=KIND, state__in=UNFINISHED).order_by("-pk").first()
        if run is None:
            run = start_run(district_id=district.pk, kind=KIND, arguments={}, by=SYSTEM, at=now)
        elif run.state != Run.State.WAITING:
            run = resume_run(run=run, by=SYSTEM, at=now)
        if claim_run(at=now, run_id=run.pk) is None:
            raise CommandError("后台进程已经在做这件事。 · The jobs process has just taken it up.")
        ending.listen()
        state = perform_run(run.pk, ending, self._tell)
        run.refresh_from_db()
        if state != Run.State.DONE:
            where = f"{run.progress}/{run.total}"
            raise CommandError(f"停在 {where}，再执行会接着做。 · Stopped there; run it again to go on. {run.message}")
        self.stdout.write(f"改正 {run.cursor['wrong']} 处。 · Counts that were put right: {run.cursor['wrong']}.")

    def _tell(self, progress: int, total: int | None) -> None:
        self.stderr.write(f"{progress:,} / {total or 0:,}")

"""``gridward train-categories``: learn from closed cases which words mean which category."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridward.cases.actions.training import ask_training
from gridward.cases.models import CategoryHelp
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.districts.queries import chosen_district
from gridward.work import clock
from gridward.work.actions import claim_run, free_orphaned_runs, resume_run
from gridward.work.ending import Ending
from gridward.work.models import Run
from gridward.work.performing import perform_run


class Command(BaseCommand):
    help = "Learns from the district's closed cases which words mean which category, and says how often it is right"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--district", default="", help="six-digit code, when the database holds several")

    def handle(self, *, district: str, **options: Any) -> None:
        now, ending = clock.now(), Ending()
        free_orphaned_runs(at=now)
        try:
            chosen = chosen_district(district)
            run = ask_training(district=chosen, by=SYSTEM, at=now)
        except RuleBroken as refused:
            raise CommandError(str(refused)) from None
        if run.state == Run.State.STOPPED:
            run = resume_run(run=run, by=SYSTEM, at=now)
        if claim_run(at=now, run_id=run.pk) is None:
            raise CommandError("后台进程已经在训练。 · The jobs process is training already.")
        ending.listen()
        state = perform_run(run.pk, ending, self._tell)
        run.refresh_from_db()
        if state != Run.State.DONE:
            raise CommandError(run.message or "停下了，再执行会从头开始。 · Stopped; run it again.")
        self._say(CategoryHelp.objects.filter(district=chosen).latest("trained_at"))

    def _tell(self, progress: int, total: int | None) -> None:
        self.stderr.write(f"{progress} / {total or 0}")

    def _say(self, made: CategoryHelp) -> None:
        lesson, later, names = made.lesson, made.lesson["later"], made.lesson["names"]
        self.stdout.write(
            f"学了 {lesson['cases']:,} 件结案、{lesson['kinds']} 个类别。"
            f" · Learnt from {lesson['cases']:,} closed cases of {lesson['kinds']} categories.\n"
            f"最新的五分之一 · newest fifth: 首选 first {later['first']:.0%}, 前三 three {later['three']:.0%}"
            f"（只看名称 · names alone {names['first']:.0%}, {names['three']:.0%}）"
        )
        if not made.is_used:
            self.stdout.write("不如只看名称，暂不使用。 · No better than the names alone: it is not used.")

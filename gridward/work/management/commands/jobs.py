"""``gridward jobs``: what follows the steps, the duties of each minute, long runs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gridward.work.ending import Ending
from gridward.work.rounds import sweep_round
from gridward.work.runner import run_until_ended, work_off


class Command(BaseCommand):
    help = "Works off deliveries, duties and long runs until it is stopped (Ctrl-C)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--with-parent", type=int, metavar="PID", help="end when this process ends")
        parser.add_argument("--once", action="store_true", help="do what is due now, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            sweep_round()
            self.stdout.write(f"{work_off()} deliveries")
            return
        ending = Ending()
        ending.listen()
        if options["with_parent"]:
            ending.follow(options["with_parent"])
        run_until_ended(ending)

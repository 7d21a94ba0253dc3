"""``gridward perform-run ID``: the child process of one long run; started by the jobs process."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gridward.work.ending import Ending
from gridward.work.performing import perform_run


class Command(BaseCommand):
    help = "Performs one long run; the jobs process starts it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int)
        parser.add_argument("--with-parent", type=int, metavar="PID", help="end when this process ends")

    def handle(self, *args: Any, **options: Any) -> None:
        ending = Ending()
        ending.listen()
        if options["with_parent"]:
            ending.follow(options["with_parent"])
        perform_run(options["run"], ending)

"""``gridward story``: drives one case of each family through the seven stages as the cast does; exit 0 or the fault."""

import socket
import sys
import tempfile
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gridward.demo.serving import Processes, server_command, wait_for
from gridward.demo.story import tell
from gridward.demo.visitor import NotAsExpected


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Command(BaseCommand):
    help = (
        "Walks one case of each family through the seven stages over HTTP; on a temporary example without --base-url."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", help="an example district that is running on this machine")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["base_url"]:
                tell(options["base_url"], self.stdout.write)
            else:
                self.tell_on_a_new_one()
        except NotAsExpected as fault:
            raise CommandError(f"不对 · not as a user should see it: {fault}") from None
        self.stdout.write("四类案卷都走完了七个环节 · every family went through the seven stages")

    def tell_on_a_new_one(self) -> None:
        """Grow an example in a temporary folder, serve it, tell, leave nothing behind."""
        with tempfile.TemporaryDirectory(prefix="gridward-story-") as folder:
            settings = {"GRIDWARD_HOME": f"{folder}/home", "DATABASE_URL": f"gpkg://{folder}/home/story.gpkg"}
            growing = Processes()
            made = growing.start(*_command("demo", "--grow-only"), **settings)
            if made.wait():
                raise CommandError("the temporary example could not be grown")
            processes, port = Processes(), free_port()
            try:
                processes.start(*server_command("127.0.0.1", port, None), **settings)
                if not wait_for(f"http://127.0.0.1:{port}/", 40, processes):
                    raise CommandError("the server did not start")
                tell(f"http://127.0.0.1:{port}", self.stdout.write)
            finally:
                processes.end()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "django", *words]

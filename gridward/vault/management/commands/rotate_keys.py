"""``gridward rotate-keys``: a new data key, and every sealed column sealed anew under it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gridward.core.errors import RuleBroken
from gridward.vault.keys import KEY_BYTES, key_ring, keys_path
from gridward.vault.rotation import reseal_everything, rotate_keys


class Command(BaseCommand):
    help = "Makes a new data key and seals every sealed column anew; older keys stay in the file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cipher", choices=sorted(KEY_BYTES), help="of the new key; else as before")
        parser.add_argument("--finish", action="store_true", help="finish an interrupted rotation, no new key")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ring = key_ring()
            if options["finish"]:
                reseal_everything(say=self._say)
            else:
                rotate_keys(cipher=options["cipher"] or ring.cipher_of(ring.current), say=self._say)
        except RuleBroken as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Current key: {key_ring().current}. Copy {keys_path()} to where you keep its spare now.")

    def _say(self, column: str, count: int) -> None:
        self.stdout.write(f"{column}: {count}")

"""``gridward certificate``: a local authority and a certificate, for phones on the local network."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from gridward.web.certificates import local_addresses, make_certificate


class Command(BaseCommand):
    help = "Makes a certificate authority (once) and a certificate for this machine's names and addresses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="host names or addresses; by default this machine's addresses")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.GRIDWARD_HOME) / "certificates"
        made = make_certificate(folder, options["names"] or local_addresses(), datetime.now(UTC))
        self.stdout.write(f"证书 · certificate: {made.certificate} (until {made.ends_at:%Y-%m-%d})")
        self.stdout.write(f"私钥 · key: {made.key}")
        self.stdout.write(
            f"把这个根证书装到手机上，只需一次 · install this authority on the phones, once: {made.authority}"
        )

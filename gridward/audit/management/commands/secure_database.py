"""``gridward secure-database --role NAME``: the web's account may add to what happened and never change it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gridward.audit.rights import apply_rights, check_role, statements
from gridward.core.errors import RuleBroken


class Command(BaseCommand):
    help = "Prints, or with --apply gives, the rights of the web's account on PostgreSQL; the tables' owner runs it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", required=True, help="the account with which the web process signs in")
        parser.add_argument("--apply", action="store_true", help="give the rights now")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        try:
            check_role(role)
            if options["apply"]:
                self.stdout.write(f"{apply_rights(role)} 个表已设权限 · tables have their rights")
                return
        except RuleBroken as refused:
            raise CommandError(refused.sentence(settings.LANGUAGE_CODE)) from refused
        self.stdout.write("".join(f"{statement};\n" for statement in statements(role)), ending="")

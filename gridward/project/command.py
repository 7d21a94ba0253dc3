"""The installed command ``gridward``: Django's commands under one name, hyphens allowed."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, execute_from_command_line
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

OF_A_DISTRICT = {
    "check_data", "export_layers", "import_categories", "import_district", "import_people", "jobs", "rebuild_rollups",
    "rotate_keys", "train_categories", "verify_audit",
}  # fmt: skip
OLDER = (
    "数据库比程序旧。请先 gridward backup，再 gridward migrate。"
    " · The database is older than the program: gridward backup, then gridward migrate."
)
TROUBLE = (
    "数据库或磁盘出了问题，gridward doctor 会细说。 · Trouble with the database or the disk; gridward doctor says more."
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridward.project.settings")
    arguments = list(sys.argv)
    if len(arguments) > 1 and not arguments[1].startswith("-"):
        arguments[1] = arguments[1].replace("-", "_")
    try:
        if arguments[1:] and arguments[1] in OF_A_DISTRICT and not {"-h", "--help"} & set(arguments):
            make_tables()
        execute_from_command_line(arguments)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except (DatabaseError, OSError) as error:
        if "--traceback" in arguments:
            raise
        sys.exit(f"{TROUBLE} {type(error).__name__}: {str(error).strip()}")


def make_tables() -> None:
    """A new database gets its tables; an older one is not changed in passing.

    Raises SystemExit with what to do when migrations are missing from a database that has some.
    """
    django.setup()
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if executor.loader.applied_migrations:
        sys.exit(OLDER)
    call_command("migrate", verbosity=0)
    sys.stderr.write("建库 · the database was made\n")

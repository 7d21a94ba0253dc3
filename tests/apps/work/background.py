"""A process of its own for tests: writes entries, works off deliveries, performs runs, with handlers of its own.

``python -m tests.apps.work.background write|jobs|perform_run …`` on the database of DATABASE_URL.
"""

import os
import sys
import time

import django
from django.core.management import call_command
from django.db import connection

VERB = "tests.write"


def first_effect(delivery, step) -> None:
    leave_effect(delivery.pk, step)


def second_effect(delivery, step) -> None:
    leave_effect(delivery.pk, step)
    time.sleep(0.003)


def failing_effect(delivery, step) -> None:
    raise ConnectionError("安丽华 13800000000 cannot be reached")


def leave_effect(delivery_id: int, step) -> None:
    """Idempotent by the delivery's id, as every handler is; counts how often it was asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO effect (delivery, step, tries) VALUES (%s, %s, 1) "
            "ON CONFLICT (delivery) DO UPDATE SET tries = effect.tries + 1",
            [delivery_id, step.pk],
        )


def make_effect_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS effect (delivery bigint PRIMARY KEY, step bigint, tries int)")


def drop_effect_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS effect")


def count_slowly(report) -> None:
    """A run: counts from its cursor to 40, a committed row for each number."""
    for number in range(report.cursor.get("next", 0), 40):
        leave_effect_of_run(number)
        report.reached(number + 1, total=40, cursor={"next": number + 1})
        time.sleep(report.arguments.get("pause_s", 0.02))


def leave_effect_of_run(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO effect (delivery, step, tries) VALUES (%s, 0, 1) "
            "ON CONFLICT (delivery) DO UPDATE SET tries = effect.tries + 1",
            [-number],
        )


def fail_at_once(report) -> None:
    raise ValueError("安丽华")


def crash(report) -> None:
    os._exit(9)


def subscribe() -> None:
    """Put this module's handlers where those of the apps' jobs modules stand."""
    from gridward.work import collected, delivering, performing, rounds, supervising  # noqa: PLC0415 - after setup
    from gridward.work.actions import entries  # noqa: PLC0415

    handlers = (first_effect, second_effect)
    by_name = {collected.handler_name(handler): handler for handler in (*handlers, failing_effect)}
    entries.jobs = lambda: {VERB: handlers, "tests.fail": (failing_effect,)}
    delivering.handlers_by_name = lambda: by_name
    performing.performers = lambda: {"tests.count": count_slowly, "tests.fail": fail_at_once, "tests.crash": crash}
    rounds.sweeps = lambda: ()
    of_django = supervising.command_of
    supervising.command_of = lambda run_id: [
        "tests.apps.work.background" if part == "django" else part for part in of_django(run_id)
    ]


def write_without_end() -> None:
    from gridward.core.actor import SYSTEM  # noqa: PLC0415
    from gridward.work import clock  # noqa: PLC0415
    from gridward.work.actions import leave_entry  # noqa: PLC0415

    while True:
        leave_entry(district_id=7, subject="tests:1", verb=VERB, by=SYSTEM, at=clock.now())


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridward.project.settings")
    django.setup()
    subscribe()
    if sys.argv[1] == "write":
        write_without_end()
    else:
        call_command(*sys.argv[1:])


if __name__ == "__main__":
    main()

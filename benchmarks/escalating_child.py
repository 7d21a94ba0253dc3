"""One database of the benchmark of the ladder; started by benchmarks.escalating, which sets the environment."""

from datetime import timedelta

from benchmarks.rehoming_child import CHUNK, START, call_command, connection, fill, timed  # begins Django
from gridward.cases.actions.escalating import MOST_AT_ONCE, climb_ladders
from gridward.cases.checks import escalations
from gridward.cases.models import Case, CaseStep, Escalation
from gridward.work import clock
from tests.cast import build_cast
from tests.town import build_town

OPEN = 100_000
WARNED = timedelta(seconds=630)  # 70 % of the quarter of an hour that acceptance has


def swept(after: timedelta, what: str) -> None:
    """One round of the sweep at a moment."""
    with clock.standing_at(START + after):
        told, wall, cpu = timed(lambda: climb_ladders(at=clock.now()))
    print(f"{what}: {told:,} rungs of {OPEN:,} open cases: {wall:.3f} s, CPU {cpu:.3f} s (aim 2 s)", flush=True)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    here = build_town()
    build_cast(here)
    _, wall, _ = timed(lambda: fill(here, OPEN))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert Case.objects.filter(is_open=True).count() == OPEN
    print(f"{OPEN:,} open cases written in {wall:.0f} s", flush=True)
    swept(timedelta(seconds=300), "nothing due")
    swept(WARNED + timedelta(seconds=MOST_AT_ONCE // CHUNK - 1), "two of a hundred due")
    swept(WARNED + timedelta(seconds=MOST_AT_ONCE // CHUNK - 1), "again, all told")
    assert Escalation.objects.count() == CaseStep.objects.filter(verb="cases.escalate").count() == MOST_AT_ONCE
    assert list(escalations()) == []

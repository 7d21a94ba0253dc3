"""The jobs process on bad days: killed in the middle, doubled, orphaned, told to end, locked out."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.db import connection

from gridward.audit.models import Entry
from gridward.core.actor import SYSTEM
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.actions import ask_stop, entries, leave_entry, resume_run, start_run
from gridward.work.actions.runs import MOST_TAKEN_UP
from gridward.work.collected import handler_name
from gridward.work.models import Delivery, Pulse, Run
from tests.apps.work import background
from tests.tiers import TIER

pytestmark = pytest.mark.django_db(transaction=True)  # the two sessions need a database that is set up

WITHIN_S = 40


@pytest.fixture
def start(two_sessions, tmp_path):
    """Starts ``background`` processes on the test's database and ends what is left of them."""
    District.objects.create(id=7, code6="990107", name_zh="示例区", name_en="Example")
    background.make_effect_table()
    started = []

    def begin(*words: str, query: str = "") -> subprocess.Popen:
        url = two_sessions.url + query
        environment = {**two_sessions.environment, "DATABASE_URL": url, "GRIDWARD_HOME": str(tmp_path / "home")}
        command = [sys.executable, "-m", "tests.apps.work.background", *words]
        started.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()
    background.drop_effect_table()


def wait_until(is_true) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def leave_many(count: int, monkeypatch) -> None:
    handlers = (background.first_effect, background.second_effect)
    monkeypatch.setattr(entries, "jobs", lambda: {background.VERB: handlers})
    for _ in range(count):
        leave_entry(district_id=7, subject="tests:2", verb=background.VERB, by=SYSTEM, at=clock.now())


def effects() -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT delivery, tries FROM effect")
        return dict(cursor.fetchall())


def all_done() -> bool:
    return not Delivery.objects.exclude(state=Delivery.State.DONE).exists()


def test_a_writer_killed_at_any_moment_leaves_no_step_without_its_deliveries(start):
    for round_number in range(1, 4 if TIER == "full" else 3):
        writer = start("write")
        wait_until(lambda goal=round_number * 20: Entry.objects.count() > goal)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    steps = set(Entry.objects.values_list("pk", flat=True))
    for handler in (background.first_effect, background.second_effect):
        name = handler_name(handler).replace(background.__name__, "__main__")
        assert set(Delivery.objects.filter(handler=name).values_list("step_id", flat=True)) == steps
    assert list(Entry.objects.order_by("n").values_list("n", flat=True)) == list(range(1, len(steps) + 1))


def rename_handlers() -> None:
    """The child is ``__main__``: its handlers have other names than in this process."""
    for handler in (background.first_effect, background.second_effect):
        name = handler_name(handler)
        Delivery.objects.filter(handler=name).update(handler=name.replace(background.__name__, "__main__"))


def test_jobs_killed_in_the_middle_and_started_again_leave_every_effect_once(start, monkeypatch):
    leave_many(60, monkeypatch)
    rename_handlers()
    for _ in range(2 if TIER == "full" else 1):
        before = len(effects())
        jobs = start("jobs")
        wait_until(lambda goal=before: len(effects()) > goal)
        jobs.send_signal(signal.SIGKILL)
        jobs.wait()
        Delivery.objects.update(lease_until=None)  # two minutes later
    start("jobs")
    wait_until(all_done)
    assert set(effects()) == set(Delivery.objects.values_list("pk", flat=True))
    assert len(effects()) == 120


def test_two_jobs_processes_share_the_work_and_do_nothing_twice(start, monkeypatch):
    leave_many(80, monkeypatch)
    rename_handlers()
    first, second = start("jobs"), start("jobs")
    wait_until(all_done)
    assert len(effects()) == 160 and set(effects().values()) == {1}
    assert first.poll() is None and second.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.full)])
def test_jobs_told_to_end_finish_their_delivery_and_end_cleanly(start, monkeypatch, number):
    leave_many(60, monkeypatch)
    rename_handlers()
    jobs = start("jobs")
    wait_until(lambda: len(effects()) > 3)
    jobs.send_signal(number)
    assert jobs.wait(10) == 0
    done = set(Delivery.objects.filter(state=Delivery.State.DONE).values_list("pk", flat=True))
    assert done == set(effects()), "what had its effect is settled, and nothing else"


def test_jobs_end_with_the_process_they_belong_to(start):
    parent = subprocess.Popen(["sleep", "60"])
    jobs = start("jobs", "--with-parent", str(parent.pid))
    wait_until(lambda: Pulse.objects.filter(name="jobs").exists())
    parent.kill()
    parent.wait()
    assert jobs.wait(10) == 0


def begin_run(pause_s=0.05) -> Run:
    return start_run(
        district_id=7, kind="tests.count", arguments={"pause_s": pause_s}, total=40, by=SYSTEM, at=clock.now()
    )  # fmt: skip


def state_of(run: Run) -> str:
    return Run.objects.get(pk=run.pk).state


def test_a_run_reports_and_is_done(start):
    run = begin_run(pause_s=0.01)
    start("jobs")
    wait_until(lambda: state_of(run) == Run.State.DONE)
    run.refresh_from_db()
    assert (run.progress, run.total, run.cursor) == (40, 40, {"next": 40})
    assert len(effects()) == 40


@pytest.mark.full
def test_a_run_is_stopped_and_resumed_from_where_it_was(start):
    run = begin_run(pause_s=0.1)
    start("jobs")
    wait_until(lambda: len(effects()) > 5)
    ask_stop(run=run, by=SYSTEM, at=clock.now())
    wait_until(lambda: state_of(run) == Run.State.STOPPED)
    reached = len(effects())
    assert 5 < reached < 40
    resume_run(run=run, by=SYSTEM, at=clock.now())
    wait_until(lambda: state_of(run) == Run.State.DONE)
    assert len(effects()) == 40 and sum(effects().values()) <= 41


def test_a_run_outlives_the_kill_of_its_jobs_process(start):
    run = begin_run(pause_s=0.1)
    jobs = start("jobs")
    wait_until(lambda: len(effects()) > 5)
    jobs.send_signal(signal.SIGKILL)
    jobs.wait()
    child_ended = effects()
    time.sleep(2)
    assert len(effects()) < 40 and len(effects()) - len(child_ended) < 20, "the child ended with its parent"
    Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(heartbeat_at=run.recorded_at.replace(year=2020))
    start("jobs")
    wait_until(lambda: state_of(run) == Run.State.DONE)
    assert len(effects()) == 40


def test_jobs_told_to_end_leave_their_run_to_be_taken_up(start):
    run = begin_run(pause_s=0.1)
    jobs = start("jobs")
    wait_until(lambda: len(effects()) > 5)
    jobs.send_signal(signal.SIGTERM)
    assert jobs.wait(20) == 0
    assert state_of(run) == Run.State.WAITING


def test_a_run_that_fails_says_where_and_names_nobody(start):
    run = start_run(district_id=7, kind="tests.fail", arguments={}, by=SYSTEM, at=clock.now())
    start("jobs")
    wait_until(lambda: state_of(run) == Run.State.FAILED)
    message = Run.objects.get(pk=run.pk).message
    assert message.startswith("ValueError at background.py") and "安丽华" not in message


@pytest.mark.full
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a whole-file lock exists only on GeoPackage")
def test_jobs_wait_out_a_locked_database_and_say_so(start, two_sessions, monkeypatch):
    leave_many(5, monkeypatch)
    rename_handlers()
    with closing(sqlite3.connect(two_sessions.url.removeprefix("gpkg://"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        jobs = start("jobs", query="?timeout=1")
        line = next(line for line in jobs.stderr if "waits" in line)
        assert "OperationalError" in line
        other.execute("ROLLBACK")
    wait_until(all_done)
    assert jobs.poll() is None


@pytest.mark.full
def test_a_run_whose_process_always_ends_is_given_up(start):
    run = start_run(district_id=7, kind="tests.crash", arguments={}, by=SYSTEM, at=clock.now())
    start("jobs")
    wait_until(lambda: state_of(run) == Run.State.FAILED)
    row = Run.objects.get(pk=run.pk)
    assert (row.attempts, row.message) == (MOST_TAKEN_UP, "work.process_ended")

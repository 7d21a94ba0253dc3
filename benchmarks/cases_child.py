"""One database of the cases benchmark; started by benchmarks.cases, which sets the environment."""

import random
import shutil
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from types import SimpleNamespace
from typing import Any

import django
import psycopg

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from gridward.cases.actions.book import HistoryBook  # noqa: E402
from gridward.cases.actions.bulk import write_history  # noqa: E402
from gridward.cases.actions.contacts import Reporter, new_token  # noqa: E402
from gridward.cases.actions.moving import move_case  # noqa: E402
from gridward.cases.actions.reference import load_reference_lists  # noqa: E402
from gridward.cases.actions.reporting import Report, report_case  # noqa: E402
from gridward.cases.models import Category  # noqa: E402
from gridward.core.actor import SYSTEM, Actor  # noqa: E402
from gridward.gpkg.base import add_functions  # noqa: E402
from gridward.gpkg.predicates import Predicates  # noqa: E402
from gridward.work import clock  # noqa: E402
from tests.cast import build_cast  # noqa: E402
from tests.town import build_town  # noqa: E402

CASES, BULK_ROUNDS, CHUNK, WRITERS = 40, 8, 250, 4
START = datetime(2026, 5, 6, 1, 30, tzinfo=UTC)
WRITES = ("INSERT", "UPDATE", "DELETE")
Statements = list[tuple[str, Any, bool]]


def spread(values: list[float]) -> str:
    """Median and the middle half."""
    low, _, high = quantiles(values, n=4)
    return f"{median(values):8.2f} ({low:.2f}–{high:.2f})"


class Place:
    """The town, and a case's way through all stages."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        self.town = build_town()
        self.cast = build_cast(self.town)
        load_reference_lists(district=self.town.district, by=SYSTEM, valid_from=START.date())
        plain = Category.objects.filter(district=self.town.district, allows_desk_check=True, needs_after_photo=False)
        self.category = plain.order_by("sort_key").first()
        self.standard = self.category.standards.order_by("n").first()
        self.body = self.town.bodies["maintenance"]

    def report(self, rng: random.Random) -> Report:
        spot = (113.991 + rng.random() * 0.018, 28.191 + rng.random() * 0.018)
        return Report(
            client_uuid=uuid.UUID(int=rng.getrandbits(128), version=4), channel="online", category_id=self.category.pk,
            description="路口垃圾堆了两天", place="柳荫路口", position=spot, token=new_token(),
            reporter=Reporter("示例", "0000-5550000"),
        )  # fmt: skip

    def moves(self) -> list[tuple[str, str, dict[str, Any]]]:
        done = {"result": "清走了，地面冲过"}
        filed = {"category": self.category.pk, "filing_condition": self.standard.pk, "duplicates_checked": True}
        return [
            ("accept", "cleo", {}), ("file", "cleo", filed), ("dispatch", "dev", {"body": self.body.pk}),
            ("accept_task", "deng", {"handler": self.cast["ben"].pk}), ("finish", "ben", done), ("confirm", "deng", {}),
            ("desk_inspect_pass", "cleo", {}),
            ("close", "cai", {"closing_condition": True, "reply": "已经清走了，谢谢您"}),
        ]  # fmt: skip


class Recorder:
    """Writes of each move, as the driver got them."""

    def __init__(self) -> None:
        self.moves: list[Statements] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip()[:6].upper() in WRITES:
            self.moves[-1].append((sql, params, many))
        return execute(sql, params, many, context)

    @contextmanager
    def move(self) -> Iterator[None]:
        self.moves.append([])
        with connection.execute_wrapper(self):
            yield


class Raw:
    """The driver alone, on a copy made before the actions ran."""

    def __init__(self) -> None:
        facts = connection.settings_dict
        self.is_sqlite = connection.vendor == "sqlite"
        if self.is_sqlite:
            path = f"{facts['NAME']}.copy"
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(facts["NAME"], path)
            self.driver: Any = self._sqlite(path)
            return
        server = {"host": facts["HOST"], "port": facts["PORT"], "user": facts["USER"]}
        copy = f"{facts['NAME']}_copy"
        connections.close_all()
        with psycopg.connect(dbname="postgres", autocommit=True, **server) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            admin.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{facts["NAME"]}"')
        connection.ensure_connection()
        self.driver = psycopg.connect(dbname=copy, autocommit=True, context=connection.connection, **server)

    def play(self, moves: list[Statements]) -> list[float]:
        """Milliseconds of each move, one transaction each."""
        return [self._timed(statements) for statements in moves]

    def _timed(self, statements: Statements) -> float:
        mark = "?" if self.is_sqlite else "%s"
        ready = [(sql.replace("%s", mark), params, many) for sql, params, many in statements]
        began = time.perf_counter()
        self.driver.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        for sql, params, many in ready:
            (self.driver.executemany if many else self.driver.execute)(sql, params)
        self.driver.execute("COMMIT")
        return (time.perf_counter() - began) * 1000

    def _sqlite(self, path: str) -> sqlite3.Connection:
        driver = sqlite3.connect(path, isolation_level=None)
        driver.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
        add_functions(driver, Predicates())  # which the triggers of the R*Tree call
        return driver


def one_by_one(place: Place) -> None:
    """Real actions, one transaction a move."""
    raw, recorder, rng = Raw(), Recorder(), random.Random(1)
    took: list[float] = []
    cpu: list[float] = []

    def timed(action: Callable[[], Any]) -> Any:
        with recorder.move():
            began, used = time.perf_counter(), time.thread_time()
            result = action()
            took.append((time.perf_counter() - began) * 1000)
            cpu.append((time.thread_time() - used) * 1000)
        return result

    resident = Actor(None, "resident", None, place.town.district.pk)
    for number in range(CASES):
        at = START + timedelta(minutes=number)
        with clock.standing_at(at):
            report = place.report(rng)
            case = timed(lambda r=report, t=at: report_case(district=place.town.district, report=r, by=resident, at=t))
        for step, (move, who, given) in enumerate(place.moves()):
            at += timedelta(minutes=3 + step)
            with clock.standing_at(at):
                case = timed(lambda m=move, g=given, w=who, t=at, c=case: move_case(
                    case=c, move=m, given=g, by=place.cast.actor(w), at=t))  # fmt: skip
    warm = len(place.moves()) + 1
    alone = raw.play(recorder.moves)
    ours, theirs = took[warm:], alone[warm:]
    print(f"one move, ms: actions {spread(ours)}, of that CPU {spread(cpu[warm:])}; driver alone {spread(theirs)}")
    ratio, p95 = median(ours) / median(theirs), quantiles(ours, n=20)[-1]
    print(f"one move: {ratio:.1f} × the driver alone; p95 {p95:.2f} ms")


def in_bulk(place: Place) -> None:
    """The bulk twin, 250 cases a transaction; after each the driver writes the same rows."""
    raw, recorder, rng = Raw(), Recorder(), random.Random(2)
    book, resident = HistoryBook(place.town.district), Actor(None, "resident", None, place.town.district.pk)
    moves = [(move, place.cast.actor(who), given) for move, who, given in place.moves()]
    ours: list[float] = []
    theirs: list[float] = []
    cpu: list[tuple[float, float]] = []
    for number in range(BULK_ROUNDS):
        lives = [life(place, resident, moves, START + timedelta(days=1 + number, seconds=n), rng) for n in range(CHUNK)]
        began, used = time.perf_counter(), time.thread_time()
        with recorder.move():
            write_history(book, lives, rng)
        ours.append((time.perf_counter() - began) * 1000)
        between = time.thread_time()
        theirs += raw.play(recorder.moves[-1:])
        cpu.append((between - used, time.thread_time() - between))
    steps = CHUNK * (len(moves) + 1)
    ratios = [one / other for one, other in zip(theirs, ours, strict=True)][1:]  # the first round reads its book
    print(
        f"bulk, steps a second: twins {steps / median(ours) * 1000:,.0f}, driver {steps / median(theirs) * 1000:,.0f}"
    )
    print(f"bulk, share of the driver alone: {spread(ratios)} (aim 0.33)")
    one, other = (min(used) / steps * 1e6 for used in zip(*cpu[1:], strict=True))
    print(f"bulk, least CPU of a step here: twins {one:.0f} µs, driver {other:.0f} µs")


def life(place: Place, by: Actor, moves: list[Any], at: datetime, rng: random.Random) -> Any:
    """A report and the moves that follow it, some minutes apart."""
    later = [at + timedelta(minutes=4 * (n + 1)) for n in range(len(moves))]
    made = [(move, given, who, then) for (move, who, given), then in zip(moves, later, strict=True)]
    return SimpleNamespace(report=place.report(rng), by=by, at=at, moves=made)


def four_writers(place: Place) -> None:
    """p95 of a move while four threads write."""
    resident, took = Actor(None, "resident", None, place.town.district.pk), []
    lock = threading.Lock()

    def write(seed: int) -> None:
        rng, mine = random.Random(seed), []
        for number in range(8):
            at = START + timedelta(days=2, minutes=number)
            with clock.standing_at(at):
                case = report_case(district=place.town.district, report=place.report(rng), by=resident, at=at)
            for step, (move, who, given) in enumerate(place.moves()):
                at += timedelta(minutes=3 + step)
                with clock.standing_at(at):
                    began = time.perf_counter()
                    case = move_case(case=case, move=move, given=given, by=place.cast.actor(who), at=at)
                    mine.append((time.perf_counter() - began) * 1000)
        connection.close()
        with lock:
            took.extend(mine)

    threads = [threading.Thread(target=write, args=(10 + n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{WRITERS} writers, ms a move: {spread(took)}, p95 {quantiles(took, n=20)[-1]:.1f} (aim < 50)")


if __name__ == "__main__":
    bench = Place()
    one_by_one(bench)
    in_bulk(bench)
    four_writers(bench)
    connections.close_all()

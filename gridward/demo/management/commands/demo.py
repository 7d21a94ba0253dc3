"""``gridward demo``: the example district, growing and served, with one command."""

import io
import os
import sys
import time
from argparse import SUPPRESS
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import qrcode
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max

from gridward.cases.actions.bulk import WRITTEN
from gridward.cases.models import Case, CaseStep
from gridward.core.actor import SYSTEM
from gridward.core.calendar.holidays import DayKind, chinese_days
from gridward.demo import live
from gridward.demo.actions.designing import ask_for_design
from gridward.demo.actions.growing import grow_district
from gridward.demo.actions.history import History, grow_history, history_of
from gridward.demo.actions.month import Month, days_back, days_off, grow_day, month_of
from gridward.demo.actions.playing import Player
from gridward.demo.actions.stories import tell_stories
from gridward.demo.content import PASSWORD, rows
from gridward.demo.jobs import KIND, days_to_grow
from gridward.demo.serving import Processes, Stopped, jobs_command, listen_for_end, server_command, wait_for
from gridward.districts.models import District
from gridward.districts.queries import local_day, zone_of
from gridward.gpkg.indexes import indexes_are_aside, load_fast, put_indexes_back, refresh_statistics
from gridward.web.certificates import local_addresses, make_certificate
from gridward.work import clock
from gridward.work.actions import start_run
from gridward.work.models import Run

SEED = 2026
FIRST_DAYS = 2
PROGRESS_S = 5
WORDS = {
    "ground": "长地面：河、路、街区、楼栋、网格",
    "people": "请人：单位、岗位、班次",
    "lists": "装目录：类别与标准",
}


class Command(BaseCommand):
    help = (
        "Grows the example district (once) and serves it with its jobs; Ctrl-C stops both. The first page offers a "
        "guided tour of ten minutes; --live plays a working day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--lan", action="store_true", help="serve phones on the local network over HTTPS")
        parser.add_argument("--grow-only", action="store_true", help="make the database, serve nothing")
        parser.add_argument("--cases", type=int, default=0, help="grow a history of about so many cases first")
        parser.add_argument("--live", action="store_true", help="play a working day: the clock runs and cases move")
        parser.add_argument("--speed", type=int, default=live.USUAL, help="of a played day, 10 to 60 times")
        parser.add_argument("--part", help=SUPPRESS)  # one of the processes that grow the history, as 0/2

    def handle(self, *args: Any, **options: Any) -> None:
        self.began, self.first_days = time.monotonic(), list[date]()
        self.is_live, self.speed, self.seed = options["live"], options["speed"], options["seed"]
        self.month: Month | None = None
        if not live.SLOWEST <= self.speed <= live.FASTEST:
            raise CommandError("--speed 10 … 60")
        listen_for_end()
        processes = Processes()
        try:
            if options["part"]:
                self.grow_part(options["seed"], options["cases"], options["part"])
                return
            self.prepare(options["seed"], options["cases"])
            if options["cases"]:
                self.grow_history(processes, options["seed"], options["cases"])
            if not options["grow_only"]:
                self.serve(processes, options["port"], is_lan=options["lan"])
        except Stopped:
            self.stdout.write("\n停止 · stopping")
        finally:
            processes.end()

    def say(self, text: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.began:5.1f} s  {text}")
        self.stdout.flush()

    def prepare(self, seed: int, cases: int) -> None:
        """Database, district, the two newest days; the rest is left to the jobs process."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("建库 · creating the database")
            call_command("migrate", verbosity=0)
        district = District.objects.order_by("pk").first()
        if district is not None and not district.is_demo:
            raise CommandError(
                f"这个数据库是{district.name_zh}的正式数据库，不能当示例用。请换一个 DATABASE_URL。"
                f" · This database belongs to {district.name_en}; give another DATABASE_URL for the demo."
            )
        if not cases:
            self.put_indexes_back()
        self.set_clock()
        if district is None:
            district = self.grow(seed, cases)
        ask_for_design(district)
        self.ask_for_the_rest(district, seed, cases)

    def set_clock(self) -> None:
        """A played day has a clock of its own; a database that was played ahead of the world keeps its time."""
        path, self.clock_settings = Path(settings.GRIDWARD_HOME) / "demo-clock.json", dict[str, str]()
        if not self.is_live and not path.exists():
            return
        last, zone = CaseStep.objects.aggregate(last=Max("recorded_at"))["last"], ZoneInfo(settings.TIME_ZONE)
        off = frozenset(day for day, row in chinese_days().items() if row.kind is DayKind.HOLIDAY)
        if self.is_live:
            live.begin(path, live.first_moment(clock.now(), last, off, zone), self.speed, zone)
        elif last and last > clock.now():
            live.go_on(path, last)
        else:
            path.unlink()
            return
        self.clock_settings = {"GRIDWARD_DEMO_CLOCK": str(path)}
        clock.run_process_by(live.LiveClock(path))

    def play(self) -> Callable[[], object]:
        """Let the clock run; what is to be done again and again while it does."""
        if not self.is_live:
            return lambda: None
        path, district = Path(self.clock_settings["GRIDWARD_DEMO_CLOCK"]), District.objects.order_by("pk")[0]
        player = Player(self.month or month_of(district, self.seed), clock.now())
        live.let_run(path)
        begins = clock.now().astimezone(zone_of(district))
        self.say(f"这一天开始了 · the day begins: {begins:%m-%d %H:%M}, {self.speed}×")
        return lambda: player.play(clock.now())

    def history(self, district: District, seed: int, cases: int) -> History:
        return history_of(cases, local_day(district, clock.now()), seed, days_off(district))

    def grow_history(self, processes: Processes, seed: int, cases: int) -> None:
        """As many processes as there are processors, each with its share of the days; a line tells how far they are."""
        parts, self.shown = os.cpu_count() or 1, -1
        for part in range(parts):
            words = ("demo", "--cases", str(cases), "--part", f"{part}/{parts}", "--seed", str(seed))
            processes.start(sys.executable, "-m", "django", *words)
        while any(process.poll() is None for process in processes.started):
            self.show_progress(cases)
            time.sleep(PROGRESS_S)
        if any(process.returncode for process in processes.started):
            raise CommandError("历史没有长完，再执行一次会接着长。 · The history stopped; the same command goes on.")
        processes.started.clear()
        self.show_progress(cases)
        self.put_indexes_back()
        refresh_statistics(connection, WRITTEN)

    def put_indexes_back(self) -> None:
        """Of a history that was grown now, or was cut off in an earlier start."""
        if indexes_are_aside(connection):
            self.say("建索引 · building the indexes")
            put_indexes_back(connection)

    def show_progress(self, cases: int) -> None:
        there = Case.objects.count()
        if there != self.shown:
            self.say(f"案卷 · cases: {there:,} / {cases:,}")
            self.shown = there

    def grow_part(self, seed: int, cases: int, part: str) -> None:
        """One process's share of the days."""
        load_fast(connection)
        number, parts = (int(word) for word in part.split("/"))
        district = District.objects.order_by("pk")[0]
        history = self.history(district, seed, cases)
        month = month_of(district, seed, history.load)
        grow_history(month, history.days[number::parts], clock.now())

    def grow(self, seed: int, cases: int) -> District:
        grown = grow_district(seed=seed, say=lambda word: self.say(WORDS[word]))
        self.say("最近两天的案卷 · the cases of the last two days")
        district, now = grown.ground.district, clock.now()
        self.month = month = month_of(district, seed, self.history(district, seed, cases).load)
        today = local_day(district, now)
        self.first_days = days_back(today, FIRST_DAYS)
        for on in self.first_days:
            grow_day(month, on, now)
        tell_stories(month, today, now)
        return district

    def ask_for_the_rest(self, district: District, seed: int, cases: int) -> None:
        """One run grows the missing days; one that was cut off is taken up again by the jobs process."""
        unfinished = Run.objects.filter(kind=KIND, state__in=(Run.State.WAITING, Run.State.RUNNING))
        missing = days_to_grow(district, local_day(district, clock.now()))
        if missing and not unfinished.exists():
            grown = [day.isoformat() for day in self.first_days]
            load = self.history(district, seed, cases).load
            start_run(
                district_id=district.pk, kind=KIND, arguments={"seed": seed, "grown": grown, "load": load},
                total=len(missing), by=SYSTEM, at=clock.now(),
            )  # fmt: skip

    def serve(self, processes: Processes, port: int, *, is_lan: bool) -> None:
        processes.start(*server_command("127.0.0.1", port, None), **self.clock_settings)
        if not wait_for(f"http://127.0.0.1:{port}/", 40, processes):
            raise CommandError(
                f"端口 {port} 上没能启动。换一个端口：make demo PORT={port + 1} · The server did not start."
            )
        processes.start(*jobs_command(), **self.clock_settings)
        if is_lan:
            self.serve_phones(processes, port + 1)
        self.say(f"就绪 · ready: http://127.0.0.1:{port}/")
        self.print_cast(port)
        code = processes.watch(self.play())
        raise CommandError(f"一个进程自己结束了（{code}）。 · A process ended by itself ({code}).")

    def serve_phones(self, processes: Processes, port: int) -> None:
        """The same database over HTTPS for the local network, with a code to point a phone at."""
        addresses = local_addresses()
        made = make_certificate(Path(settings.GRIDWARD_HOME) / "certificates", addresses, clock.now())
        hosts = ",".join([*addresses, "localhost"])
        processes.start(
            *server_command("0.0.0.0", port, (made.certificate, made.key)),
            GRIDWARD_HOSTS=hosts,
            GRIDWARD_HTTPS="1",
            **self.clock_settings,
        )
        address = f"https://{next((a for a in addresses if not a.startswith('127.')), '127.0.0.1')}:{port}/"
        code = qrcode.QRCode(border=1)
        code.add_data(address)
        drawn = io.StringIO()
        code.print_ascii(out=drawn)
        self.stdout.write(drawn.getvalue())
        self.say(f"手机 · phones: {address}   根证书 · authority: {made.authority}")

    def print_cast(self, port: int) -> None:
        self.stdout.write(f"\n登录 · sign in: http://127.0.0.1:{port}/accounts/login/   密码 · password: {PASSWORD}")
        for row in rows("cast"):
            if row["key"] != "ada":
                self.stdout.write(f"  {row['key']:6} {row['name_zh']}  {row['role']:20} {row['does']}")
        self.stdout.write("\nCtrl-C 停止 · stops everything\n")

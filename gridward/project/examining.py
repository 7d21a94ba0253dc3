"""What the doctor looks at; each finding in both languages, with what to do."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography import x509
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from gridward.work.models import Delivery, Pulse

LEAST_FREE = 2 * 2**30
SKEW = timedelta(seconds=5)
SILENT = timedelta(minutes=3)
SILENT_SEALS = timedelta(minutes=10)
ENDS_SOON = timedelta(days=30)


class Kind(Enum):
    """Well, worth minding, or needing action."""

    WELL = 0
    MIND = 1
    ILL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the page."""

    kind: Kind
    zh: str
    en: str


def examine() -> list[Finding]:
    """Everything, in the order in which one would ask."""
    findings = [*_time(), *_disk(), *_keys(), *_certificate(), *_fonts()]
    try:
        return [*findings, *_database(), *_background()]
    except DatabaseError as error:
        wrong = f"{type(error).__name__}"
        zh = f"数据库打不开（{wrong}）。请查 DATABASE_URL 和数据库是否在运行。"
        en = f"The database does not open ({wrong}). Check DATABASE_URL and that it runs."
        return [*findings, Finding(Kind.ILL, zh, en)]


def _time() -> Iterator[Finding]:
    zone = ZoneInfo(settings.TIME_ZONE)
    here = datetime.now(zone)
    with tempfile.NamedTemporaryFile() as probe:
        written = datetime.fromtimestamp(Path(probe.name).stat().st_mtime, UTC)
    skew = abs(written - datetime.now(UTC))
    kind = Kind.WELL if skew < SKEW else Kind.ILL
    now, apart = f"{here:%Y-%m-%d %H:%M}", f"{skew.total_seconds():.0f}"
    zh = f"时间 {now}，时区 {settings.TIME_ZONE}，与磁盘相差 {apart} 秒。"
    yield Finding(kind, zh, f"Time {now} in {settings.TIME_ZONE}, {apart} s from the disk's.")
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(Kind.WELL, f"Python {version}。", f"Python {version}.")


def _disk() -> Iterator[Finding]:
    home = Path(settings.GRIDWARD_HOME)
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free
    kind = Kind.WELL if free > LEAST_FREE else Kind.ILL
    room, (do_zh, do_en) = (
        f"{free / 2**30:.1f} GiB",
        ("", "") if kind is Kind.WELL else ("请尽快清理。", " Make room soon."),
    )
    yield Finding(kind, f"{home} 还有 {room} 空间。{do_zh}", f"{room} are free at {home}.{do_en}")


def _keys() -> Iterator[Finding]:
    keys, home = Path(settings.GRIDWARD_KEYS), Path(settings.GRIDWARD_HOME)
    if not keys.exists():
        yield Finding(
            Kind.MIND,
            f"还没有钥匙文件，第一次封存时会生成：{keys}。",
            f"No key file yet; it is made on first use: {keys}.",
        )
        return
    if home in keys.parents:
        yield Finding(Kind.ILL, f"钥匙在数据目录里，会进备份。请移到外面并设 GRIDWARD_KEYS：{keys}。",
                      f"The keys lie inside the home and would enter backups. Move them out: {keys}.")  # fmt: skip
    mode = keys.stat().st_mode & 0o777
    kind = Kind.WELL if not mode & 0o077 else Kind.ILL
    yield Finding(kind, f"钥匙文件权限 {mode:o}。" + ("" if kind is Kind.WELL else f"请运行 chmod 600 {keys}。"),
                  f"Key file mode {mode:o}." + ("" if kind is Kind.WELL else f" Run chmod 600 {keys}."))  # fmt: skip


def _certificate() -> Iterator[Finding]:
    path = Path(settings.GRIDWARD_HOME) / "certificates" / "server.pem"
    if not path.exists():
        yield Finding(Kind.MIND, "没有本地证书；要给手机用，请运行 gridward certificate。",
                      "No local certificate; for phones run gridward certificate.")  # fmt: skip
        return
    ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    kind = Kind.WELL if ends - datetime.now(UTC) > ENDS_SOON else Kind.ILL
    yield Finding(kind, f"证书到 {ends:%Y-%m-%d} 为止。", f"The certificate holds until {ends:%Y-%m-%d}.")


def _fonts() -> Iterator[Finding]:
    if shutil.which("fc-list") is None:
        yield Finding(Kind.MIND, "查不了字体（没有 fontconfig）；打印由浏览器的机器决定。",
                      "Fonts cannot be listed here; prints use those of the reader's machine.")  # fmt: skip
        return
    found = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False).stdout
    if found.strip():
        yield Finding(Kind.WELL, "有中文字体。", "A Chinese font is here.")
    else:
        yield Finding(Kind.MIND, "没有中文字体；在本机打印会出方框。", "No Chinese font; prints made here show boxes.")


def _database() -> Iterator[Finding]:
    connection.ensure_connection()
    what = f"{connection.vendor} {'.'.join(map(str, connection.get_database_version()))}"
    yield Finding(Kind.WELL, f"数据库通了：{what}。", f"The database answers: {what}.")
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        can_write = os.access(name, os.W_OK)
        yield Finding(Kind.WELL if can_write else Kind.ILL, f"数据库文件{'可写' if can_write else '不可写'}：{name}。",
                      f"The database file can{'' if can_write else 'not'} be written: {name}.")  # fmt: skip
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        zh = f"有 {missing} 步升级没做。请运行 gridward migrate。"
        yield Finding(Kind.ILL, zh, f"{missing} migrations wait. Run gridward migrate.")
    else:
        yield Finding(Kind.WELL, "库结构是最新的。", "The schema is up to date.")


def _background() -> Iterator[Finding]:
    newest = Pulse.objects.filter(name="jobs").first()
    now = datetime.now(UTC)
    is_alive = newest is not None and now - newest.at < SILENT
    if is_alive:
        yield Finding(Kind.WELL, "后台进程在跑。", "The jobs process is alive.")
    else:
        zh = "后台进程没有动静。请启动 gridward jobs。"
        yield Finding(Kind.ILL, zh, "No sign of the jobs process. Start gridward jobs.")
    yield from _seals(now)
    parked = Delivery.objects.filter(state=Delivery.State.PARKED).count()
    if parked:
        zh = f"有 {parked} 件后续事项八次没办成，请看“后台工作”页。"
        yield Finding(Kind.ILL, zh, f"{parked} deliveries failed eight times: see the page of background work.")
    else:
        yield Finding(Kind.WELL, "没有搁下的后续事项。", "No delivery is parked.")
    for pulse in Pulse.objects.exclude(error="").order_by("name"):
        zh = f"后台事项 {pulse.name} 上一轮失败：{pulse.error}"
        yield Finding(Kind.ILL, zh, f"The duty {pulse.name} failed in its last round: {pulse.error}")


def _seals(now: datetime) -> Iterator[Finding]:
    """Sealing goes round each minute, also when there was nothing to seal."""
    pulse = Pulse.objects.filter(name="vault.seal").first()
    if pulse is None or now - pulse.at > SILENT_SEALS:
        zh = "封存超过十分钟没有进行。请看后台进程是否在跑。"
        yield Finding(Kind.ILL, zh, "Nothing was sealed for ten minutes. See whether the jobs process runs.")
    else:
        zh = f"上次封存：{pulse.at.astimezone(ZoneInfo(settings.TIME_ZONE)):%m-%d %H:%M}。"
        yield Finding(Kind.WELL, zh, f"Sealing last went round at {pulse.at:%m-%d %H:%M} UTC.")

"""Dump a town as INSERT statements, load it at the migrations of its day, play in it."""

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from gridward.accounts.models import Body, User
from gridward.audit.actions.seals import seal_district
from gridward.cases.models import Case, Category
from gridward.core.workflow.parse import DEFAULT
from gridward.districts.models import District
from gridward.vault.keys import key_ring
from gridward.work import clock
from tests.apps.cases.scene import Scene, build_kinds
from tests.apps.cases.test_move_case import OPEN, brought
from tests.cast import ROLES, Cast, build_cast
from tests.town import Town, build_town

FOLDER = Path(__file__).parent
BUILT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
MARK = "-- migrations: "


def file_of(name: str) -> Path:
    return FOLDER / f"{name}.{'gpkg' if connection.vendor == 'sqlite' else 'postgis'}.sql"


def keys_of_the_towns() -> str:
    """The key ring of all these towns: made from words, because a town that nobody lives in has no secrets."""
    key = {
        word: base64.b64encode(hashlib.sha256(word.encode()).digest()).decode() for word in ("data", "index", "seal")
    }
    return json.dumps({"data": {"1": key["data"]}, "ciphers": {"1": "aes-256-gcm"}, "current": "1",
                       "index": key["index"], "index_hash": "sha256", "seal": key["seal"]})  # fmt: skip


def tables() -> list[str]:
    """Tables of our own apps, those of many-to-many fields too."""
    models = apps.get_models(include_auto_created=True, include_swapped=True)
    return sorted({m._meta.db_table for m in models if m.__module__.startswith("gridward.")})


def build() -> None:
    """A town with a case in every state, its contacts sealed, its rows under a seal."""
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), BUILT)
    for state in [*OPEN, "closed"]:
        brought(scene, state)
    with clock.standing_at(BUILT + timedelta(hours=1)):
        seal_district(district=town.district, key=key_ring().seal, at=clock.now())


def dump(name: str) -> None:
    """Write the town's file. Values are quoted by the database itself, so that they come back as they are."""
    last = dict(sorted(MigrationRecorder(connection).applied_migrations()))
    lines = [MARK + json.dumps(last, sort_keys=True), *inserts()]
    file_of(name).write_text("\n".join(lines) + "\n", "utf-8")


def inserts() -> Iterator[str]:
    quoted = "quote({})" if connection.vendor == "sqlite" else "quote_nullable({}::text)"
    with connection.cursor() as cursor:
        for table in tables():
            columns = [f'"{c.name}"' for c in connection.introspection.get_table_description(cursor, table)]
            cursor.execute(f'SELECT {", ".join(quoted.format(c) for c in columns)} FROM "{table}" ORDER BY "id"')
            for row in cursor.fetchall():
                assert not any("\n" in value for value in row), f"a line each: {table}"
                yield f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({", ".join(row)});'


def load(name: str) -> None:
    """Migrate to where the town stood, then put its rows in."""
    first, *rows = file_of(name).read_text("utf-8").rstrip("\n").split("\n")
    for app, migration in json.loads(first.removeprefix(MARK)).items():
        call_command("migrate", app, migration, verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        for row in rows:
            cursor.execute(row)
        if connection.vendor == "postgresql":
            for table in sorted(set(tables()) & set(connection.introspection.table_names(cursor))):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\"")


def play() -> None:
    """The case that was only reported goes to its end, and a new one too."""
    scene = met_again()
    waiting = Case.objects.get(state="reported")
    fresh = scene.report("litter")
    assert (waiting.table, fresh.table) == ("seven_stages@1", DEFAULT), "a case keeps its table"
    for case in (waiting, fresh):
        for reached, who, move in Scene.ROAD:
            assert scene.make(case, who, move).state == reached


def met_again() -> Scene:
    """The scene as it was built, read from the database."""
    district, other = District.objects.get(pk=7), District.objects.get(pk=8)
    bodies = {body.code.replace("-", "_"): body for body in Body.objects.filter(district=district)}
    found: Any = Town(district, None, {}, bodies, None, {}, other, None)  # type: ignore[arg-type]
    users = {user.username: user for user in User.objects.filter(district=district)}
    cast = Cast(users, {n: bodies[row[2]] for n, row in ROLES.items()}, {n: row[1] for n, row in ROLES.items()})
    kinds = {category.code: category for category in Category.objects.filter(district=district)}
    return Scene(found, cast, kinds, BUILT + timedelta(days=1))


def settle_keys() -> None:
    """Write the towns' key ring where the settings expect it."""
    path = Path(os.environ["GRIDWARD_KEYS"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(keys_of_the_towns(), "ascii")
    path.chmod(0o600)

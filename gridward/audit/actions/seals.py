"""Sealing: a Merkle root over committed rows that no seal covers yet, signed, and told to a file outside."""

from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction

from gridward.audit.merkle import leaf_hash, merkle_root
from gridward.audit.models import Seal, SealLeaf
from gridward.audit.queries import last_seal, line_of, sealed_models, unsealed
from gridward.audit.seals import START, append_lines, last_n, sign
from gridward.districts.models import District

MOST_LEAVES = 1000


class Row(NamedTuple):
    """A row to be sealed."""

    table: str
    pk: int
    hash: bytes


def seals_file(code6: str) -> Path:
    return Path(settings.GRIDWARD_HOME) / "seals" / f"{code6}.jsonl"


def seal_district(*, district: District, key: bytes, at: datetime, since: datetime | None = None) -> int:
    """Seal what is committed and unsealed (since a moment, or all); answer how many rows. Never in a transaction."""
    count = 0
    while rows := _rows(district.pk, since):
        if not _seal(district, rows, key, at):
            break  # another process seals at this moment
        count += len(rows)
        if len(rows) < MOST_LEAVES:
            break
    tell_outside(district)
    return count


def _rows(district_id: int, since: datetime | None) -> list[Row]:
    found: list[Row] = []
    for model, when in sealed_models():
        rows = unsealed(model, when, district_id=district_id, since=since).values_list("pk", "hash")
        left = MOST_LEAVES - len(found)
        found += [Row(model._meta.label, pk, bytes(row_hash)) for pk, row_hash in islice(rows[:left], left)]
    return found


def _seal(district: District, rows: list[Row], key: bytes, at: datetime) -> bool:
    """One seal with its leaves, or nothing when somebody else took its number or its rows."""
    root = merkle_root(leaf_hash(*row) for row in rows)
    before = last_seal(district.pk)
    n, prev = (before.n + 1, bytes(before.root)) if before else (1, START)
    mac = sign(key, district=district.code6, n=n, sealed_at=at, count=len(rows), root=root, prev=prev)
    seal = Seal(district=district, n=n, sealed_at=at, count=len(rows), root=root, prev=prev, hmac=mac)
    try:
        with transaction.atomic():
            seal.save(force_insert=True)
            SealLeaf.objects.bulk_create(
                SealLeaf(seal=seal, n=i, table=row.table, step_id=row.pk, hash=row.hash) for i, row in enumerate(rows)
            )
    except IntegrityError:
        return False
    return True


def tell_outside(district: District) -> int:
    """Append to the seals' file what it lacks: after each sealing, and after a crash or a lost file."""
    path = seals_file(district.code6)
    missing = Seal.objects.filter(district=district, n__gt=last_n(path)).order_by("n")
    lines = [line_of(seal, district.code6) for seal in missing.iterator()]
    if lines:
        append_lines(path, lines)
    return len(lines)

"""Steps with their bodies, entries with their chains, reads with their persons."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, UUIDField

from gridward.audit.chain import HASHED, START, body_digest, canonical, chained_hash, new_salt, step_hash
from gridward.audit.models import Chain, Entry, Read, ReadPerson, Step, StepBody
from gridward.core.actor import Actor
from gridward.gpkg.many import insert_many, insert_row, new_row
from gridward.gpkg.reserving import reserve_ids

Reader = Callable[[Any], object]


def hash_of(step: Step, subject: str) -> bytes:
    """The hash that the step must carry, from its own columns."""
    columns, readers = _hashed_columns(type(step))
    values = list(columns(step.__dict__))
    for place, as_read in readers:
        if values[place] is not None:
            values[place] = as_read(values[place])
    return step_hash(subject, values, digest=bytes(step.body_digest), prev=bytes(step.prev))


@cache
def _hashed_columns(model: type[Step]) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[tuple[int, Reader], ...]]:
    """The columns that the hash covers, and how the database will answer those that may be given in another form:
    a UUID as text, yes and no as a number.
    """
    columns = ("district_id", "n", *HASHED, *model.also_hashed)
    fields = [model._meta.get_field(column.removesuffix("_id")) for column in columns]
    loose = [(at, f.to_python) for at, f in enumerate(fields) if isinstance(f, (BooleanField, UUIDField))]
    return itemgetter(*columns), tuple(loose)


def seal_into_chain(step: Step, *, subject: str, prev: bytes, body: dict[str, Any]) -> StepBody:
    """Fill digest, prev and hash of an unsaved step; answer its body row (``step_id`` still to be set)."""
    salt, text = new_salt(), canonical(body)
    step.prev, step.body_digest = prev, body_digest(salt, text)
    step.hash = hash_of(step, subject)
    return new_row(StepBody, table=step._meta.label, salt=salt, body=text)


def append_step(step: Step, *, subject: str, prev: bytes, body: dict[str, Any]) -> Step:
    """Save one step and its body. The caller holds the subject's lock and gives its last hash."""
    row = seal_into_chain(step, subject=subject, prev=prev, body=body)
    append_steps([(step, row)])
    return step


def append_steps(steps: list[tuple[Step, StepBody]]) -> None:
    """The bulk twin: steps sealed into their chains already, of one table, in chain order; with ids or without."""
    if not steps:
        return
    rows = [step for step, _ in steps]
    if len(rows) == 1 and rows[0].pk is None:
        insert_row(rows[0])
    else:
        if rows[0].pk is None:
            for step, pk in zip(rows, reserve_ids(type(rows[0]), len(rows)), strict=True):
                step.id = pk
        insert_many(rows)
    for step, body in steps:
        body.step_id = step.id
    insert_many(body for _, body in steps)


@transaction.atomic
def record_entry(
    *, district_id: int, subject: str, verb: str, by: Actor, at: datetime, recorded_at: datetime,
    body: dict[str, Any] | None = None,
) -> Entry:  # fmt: skip
    """Add one entry to the subject's chain (subjects without a step table of their own)."""
    chain, _ = Chain.objects.get_or_create(district_id=district_id, subject=subject, defaults={"n": 0, "hash": START})
    chain = Chain.objects.select_for_update().get(pk=chain.pk)
    entry = Entry(
        district_id=district_id, subject=subject, n=chain.n + 1, verb=verb,
        by_id=by.user_id, role=by.role, at=at, recorded_at=recorded_at,
    )  # fmt: skip
    append_step(entry, subject=subject, prev=bytes(chain.hash), body=body or {})
    Chain.objects.filter(pk=chain.pk).update(n=entry.n, hash=entry.hash)
    return entry


def read_hash(read: Read, persons: Iterable[str]) -> bytes:
    """The hash that a read row must carry, persons included."""
    return chained_hash(
        read.district_id, read.by_id, read.role, read.purpose, read.thing, read.was_refused, read.at, *sorted(persons),
        digest=b"", prev=b"",
    )  # fmt: skip


@transaction.atomic
def record_read(
    *, district_id: int, by: Actor, purpose: str, thing: str, persons: Iterable[str], at: datetime,
    was_refused: bool = False,
) -> Read:  # fmt: skip
    """Leave one row for a request that opened (or was refused) personal data."""
    names = sorted(set(persons))
    read = Read(
        district_id=district_id, by_id=by.user_id, role=by.role, purpose=purpose, thing=thing,
        was_refused=was_refused, at=at,
    )  # fmt: skip
    read.hash = read_hash(read, names)
    read.save(force_insert=True)
    ReadPerson.objects.bulk_create(ReadPerson(read=read, person=name) for name in names)
    return read


def record_reads(reads: list[tuple[Read, list[str]]]) -> None:
    """The bulk twin: unsaved reads with their persons."""
    for read, persons in reads:
        read.hash = read_hash(read, set(persons))
    Read.objects.bulk_create([read for read, _ in reads], batch_size=500)
    ReadPerson.objects.bulk_create(
        [ReadPerson(read=read, person=name) for read, persons in reads for name in sorted(set(persons))],
        batch_size=500,
    )


def remove_body(*, table: str, step_id: int) -> bool:
    """Delete what one step said; only as part of a purge that leaves a step of its own (vault.actions)."""
    count, _ = StepBody.objects.filter(table=table, step_id=step_id).delete()
    return bool(count)

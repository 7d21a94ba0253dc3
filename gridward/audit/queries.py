"""Reads over everything that is chained and sealed, whichever app its table belongs to."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from gridward.audit.chain import stamp
from gridward.audit.models import Entry, Read, Seal, SealLeaf, Step
from gridward.audit.seals import SealLine


def step_models() -> list[type[Step]]:
    """Every concrete table of steps, in layer order."""
    return [model for model in apps.get_models() if issubclass(model, Step)]


def sealed_models() -> list[tuple[type[Model], str]]:
    """Every table whose rows are sealed, with the column that says when a row was recorded."""
    return [*((model, "recorded_at") for model in step_models()), (Read, "at")]


def unsealed(model: type[Model], when: str, *, district_id: int, since: datetime | None) -> QuerySet[Any]:
    """Committed rows without a leaf, oldest first: asked row by row, because ids commit out of order."""
    leaf = SealLeaf.objects.filter(table=model._meta.label, step_id=OuterRef("pk"))
    rows = model._default_manager.filter(~Exists(leaf), district_id=district_id)
    if since is not None:
        rows = rows.filter(**{f"{when}__gte": since})
    return rows.order_by(when, "pk")


def last_seal(district_id: int) -> Seal | None:
    return Seal.objects.filter(district_id=district_id).order_by("-n").first()


def line_of(seal: Seal, code6: str) -> SealLine:
    return SealLine(
        district=code6, n=seal.n, sealed_at=stamp(seal.sealed_at), count=seal.count, root=bytes(seal.root).hex(),
        prev=bytes(seal.prev).hex(), hmac=bytes(seal.hmac).hex(),
    )  # fmt: skip


def purged_steps() -> set[tuple[str, int]]:
    """(table, id) of every step whose body was purged by a step of its own."""
    entries = Entry.objects.filter(verb=PURGE_VERB).values_list("subject", flat=True)
    return {(subject.rpartition(":")[0], int(subject.rpartition(":")[2])) for subject in entries.iterator()}


PURGE_VERB = "audit.purge_body"


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as of one moment while others write; takes no write lock."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        yield from _deferred()


def _deferred() -> Iterator[None]:
    """SQLite's plain BEGIN reads from one snapshot; Django's atomic would take the write lock."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")

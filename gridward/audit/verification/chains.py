"""Steps subject by subject: their own hashes, their order, their counters, what they said."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from gridward.audit.chain import HASHED, START, body_digest, step_hash
from gridward.audit.models import Chain, Step, StepBody
from gridward.audit.verification.findings import Finding, Kind

Head = tuple[int, bytes]


class StepTable:
    """One concrete table of steps, read as plain tuples in chain order."""

    def __init__(self, model: type[Step]) -> None:
        self.model, self.label = model, model._meta.label
        owner = model._meta.get_field(model.subject_from)
        self.owner: type[Model] | None = owner.related_model if isinstance(owner, ForeignKey) else None
        self.subject_column = owner.attname

    def subject_of(self, value: Any) -> str:
        return f"{self.owner._meta.label}:{value}" if self.owner else str(value)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """(district, subject value, n, pk, hash, prev, digest, hashed columns …)."""
        hashed = [*HASHED, *self.model.also_hashed]
        columns = ["district_id", self.subject_column, "n", "pk", "hash", "prev", "body_digest", *hashed]
        ordered = self.model._default_manager.order_by("district_id", self.subject_column, "n", "pk")
        return ordered.values_list(*columns).iterator(chunk_size=2000)

    def heads(self) -> dict[tuple[int, Any], Head]:
        """The counter and last hash that each subject keeps."""
        if self.owner:
            rows = self.owner._default_manager.values_list("district_id", "pk", "step_n", "step_hash")
        else:
            rows = Chain.objects.values_list("district_id", "subject", "n", "hash")
        return {(district, subject): (n, bytes(last)) for district, subject, n, last in rows.iterator()}


def verify_table(model: type[Step]) -> Iterator[Finding]:
    """Every difference in one table of steps; the bodies are another matter."""
    table = StepTable(model)
    heads = table.heads()
    for (district, value), group in groupby(table.rows(), key=lambda row: (row[0], row[1])):
        subject = table.subject_of(value)
        head = heads.pop((district, value), (0, START))
        yield from _verify_subject(subject, list(group), head, table.label)
    for (_, value), (n, _) in heads.items():
        for lost in range(1, n + 1):
            yield Finding(Kind.STEP_MISSING, table.subject_of(value), lost)


def _verify_subject(subject: str, rows: list[tuple[Any, ...]], head: Head, label: str) -> Iterator[Finding]:
    place = {bytes(row[4]): row[2] for row in rows} | {START: 0}
    expected, before = 1, START
    for row in rows:
        n, own, prev = row[2], bytes(row[4]), bytes(row[5])
        yield from (Finding(Kind.STEP_MISSING, subject, lost) for lost in range(expected, n))
        name = f"{label}:{row[3]}"
        kind = _own_damage(subject, row, place)
        if kind:
            yield Finding(kind, subject, n, name)
        elif n == expected and before and prev != before:
            yield Finding(Kind.LINK_BROKEN, subject, n, name)
        # What follows a moved step cannot be blamed for not following it.
        expected, before = n + 1, b"" if kind == Kind.STEP_REORDERED else own
    yield from (Finding(Kind.STEP_MISSING, subject, lost) for lost in range(expected, head[0] + 1))
    if head[0] < expected - 1 or (head[0] == expected - 1 and before and head[1] != before):
        yield Finding(Kind.COUNTER_WRONG, subject, expected - 1)


def _hash_at(subject: str, row: tuple[Any, ...], n: int) -> bytes:
    values = [row[0], n, *row[7:]]
    return step_hash(subject, values, digest=bytes(row[6]), prev=bytes(row[5]))


def _own_damage(subject: str, row: tuple[Any, ...], place: dict[bytes, int]) -> Kind | None:
    """None for a whole row; a row whose hash fits another number was moved, and the hash it follows may tell."""
    own, n = bytes(row[4]), row[2]
    if _hash_at(subject, row, n) == own:
        return None
    near = {place.get(bytes(row[5]), -1) + 1, *range(max(1, n - 3), n + 4), *range(1, 9)}
    is_moved = any(_hash_at(subject, row, other) == own for other in near if other != n)
    return Kind.STEP_REORDERED if is_moved else Kind.STEP_CHANGED


def verify_bodies(model: type[Step], purged: set[tuple[str, int]]) -> Iterator[Finding]:
    """What each step said against its digest, and texts that belong to no step."""
    table = StepTable(model)
    columns = ("pk", table.subject_column, "n", "body_digest")
    steps = model._default_manager.order_by("pk").values_list(*columns).iterator(chunk_size=2000)
    bodies = StepBody.objects.filter(table=table.label).order_by("step_id")
    texts = bodies.values_list("step_id", "salt", "body").iterator(chunk_size=2000)
    text = next(texts, None)
    for pk, value, n, digest in steps:
        while text is not None and text[0] < pk:
            yield Finding(Kind.BODY_ALONE, table.label, text[0])
            text = next(texts, None)
        name, subject = f"{table.label}:{pk}", table.subject_of(value)
        if text is None or text[0] != pk:
            if (table.label, pk) not in purged:
                yield Finding(Kind.BODY_REMOVED, subject, n, name)
            continue
        if body_digest(bytes(text[1]), text[2]) != bytes(digest):
            yield Finding(Kind.BODY_CHANGED, subject, n, name)
        elif (table.label, pk) in purged:
            yield Finding(Kind.BODY_BACK, subject, n, name)
        text = next(texts, None)
    while text is not None:
        yield Finding(Kind.BODY_ALONE, table.label, text[0])
        text = next(texts, None)


def verify_strange_bodies() -> Iterator[Finding]:
    """Texts that name a table which holds no steps."""
    labels = [model._meta.label for model in apps.get_models() if issubclass(model, Step)]
    for table, step_id in StepBody.objects.exclude(table__in=labels).values_list("table", "step_id"):
        yield Finding(Kind.BODY_ALONE, table, step_id)

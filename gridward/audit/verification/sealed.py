"""Reads, leaves and seals against each other, and against the seals kept outside."""

import hmac
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.db.models import Count, Max

from gridward.audit.actions.steps import read_hash
from gridward.audit.merkle import leaf_hash, merkle_root
from gridward.audit.models import Read, Seal, SealLeaf
from gridward.audit.queries import line_of, sealed_models
from gridward.audit.seals import START, SealLine, read_lines, sign
from gridward.audit.verification.findings import Finding, Kind
from gridward.districts.models import District


def verify_reads() -> Iterator[Finding]:
    """Each read with its persons against its own hash."""
    for read in Read.objects.prefetch_related("persons").order_by("pk").iterator(chunk_size=2000):
        persons = [row.person for row in read.persons.all()]
        if read_hash(read, persons) != bytes(read.hash):
            yield Finding(Kind.READ_CHANGED, read.thing, read.pk, f"audit.Read:{read.pk}")


def verify_leaves() -> Iterator[Finding]:
    """Each sealed row is still there and still carries the hash that was sealed."""
    for model, _ in sealed_models():
        label = model._meta.label
        rows = model._default_manager.order_by("pk").values_list("pk", "hash").iterator(chunk_size=2000)
        leaves = SealLeaf.objects.filter(table=label).order_by("step_id")
        columns = ("step_id", "hash", "n", "seal__n", "seal__district__code6")
        row = next(rows, None)
        for pk, sealed, n, seal_n, code6 in leaves.values_list(*columns).iterator(chunk_size=2000):
            while row is not None and row[0] < pk:
                row = next(rows, None)
            whose, name = f"{code6}/{seal_n}", f"{label}:{pk}"
            if row is None or row[0] != pk:
                yield Finding(Kind.SEALED_ROW_MISSING, whose, n, name)
            elif bytes(row[1]) != bytes(sealed):
                yield Finding(Kind.SEALED_ROW_CHANGED, whose, n, name)


def verify_seals(key: bytes) -> Iterator[Finding]:
    """Each seal: its number, its leaves, its root, the root before, its signature."""
    for district in District.objects.order_by("pk"):
        expected, before = 1, START
        for seal in Seal.objects.filter(district=district).order_by("n").iterator(chunk_size=500):
            yield from (Finding(Kind.SEAL_MISSING, district.code6, lost) for lost in range(expected, seal.n))
            yield from _verify_seal(seal, district.code6, key, before if seal.n == expected else None)
            expected, before = seal.n + 1, bytes(seal.root)


def _verify_seal(seal: Seal, code6: str, key: bytes, before: bytes | None) -> Iterator[Finding]:
    leaves = list(seal.leaves.order_by("n").values_list("n", "table", "step_id", "hash"))
    present = {leaf[0] for leaf in leaves}
    lost = [n for n in range(seal.count) if n not in present]
    yield from (Finding(Kind.LEAF_MISSING, f"{code6}/{seal.n}", n) for n in lost)
    root = merkle_root(leaf_hash(table, pk, bytes(row_hash)) for _, table, pk, row_hash in leaves)
    mac = sign(
        key, district=code6, n=seal.n, sealed_at=seal.sealed_at, count=seal.count, root=bytes(seal.root),
        prev=bytes(seal.prev),
    )  # fmt: skip
    is_signed = hmac.compare_digest(mac, bytes(seal.hmac))
    fits = (lost or (root == bytes(seal.root) and len(leaves) == seal.count)) and before in (None, bytes(seal.prev))
    if not is_signed or not fits:
        yield Finding(Kind.SEAL_FORGED, code6, seal.n)


def verify_outside(folder: Path) -> Iterator[Finding]:
    """The seals kept in files against those in the database. Raises ValueError for an unreadable file."""
    for district in District.objects.order_by("pk"):
        seals = Seal.objects.filter(district=district)
        inside = {seal.n: line_of(seal, district.code6) for seal in seals.iterator()}
        for line in read_lines(folder / f"{district.code6}.jsonl"):
            if line.n not in inside:
                yield Finding(Kind.SEAL_NOT_INSIDE, district.code6, line.n)
            elif inside[line.n] != line:
                yield Finding(Kind.SEAL_UNLIKE_OUTSIDE, district.code6, line.n)


def last_outside(folder: Path | None) -> dict[str, SealLine]:
    """The last seal outside of each district that has one."""
    files = sorted(folder.glob("*.jsonl")) if folder else []
    last = {file.stem: read_lines(file)[-1:] for file in files}
    return {code6: lines[0] for code6, lines in last.items() if lines}


def count_rows_not_sealed_outside(outside: dict[str, SealLine]) -> dict[str, int]:
    """Per table, how many rows no seal kept outside covers: they rest on their subject's counter alone."""
    covered: dict[str, int] = defaultdict(int)
    for district in District.objects.all():
        n = outside[district.code6].n if district.code6 in outside else 0
        leaves = SealLeaf.objects.filter(seal__district=district, seal__n__lte=n)
        for table, count in leaves.values_list("table").annotate(Count("pk")):
            covered[table] += count
    counts = {model._meta.label: model._default_manager.count() for model, _ in sealed_models()}
    return {table: max(0, count - covered[table]) for table, count in counts.items()}


def last_sealed_at() -> object:
    return Seal.objects.aggregate(last=Max("sealed_at"))["last"]

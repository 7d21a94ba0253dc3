"""Whatever is changed behind the application's back is found, and named."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from gridward.audit.actions import record_read, record_reads, seal_district
from gridward.audit.actions.seals import seals_file, tell_outside
from gridward.audit.merkle import leaf_hash, merkle_root
from gridward.audit.models import Chain, Entry, Read, ReadPerson, Seal, SealLeaf, StepBody
from gridward.audit.seals import sign
from gridward.audit.verification import Finding, verify_everything
from gridward.audit.verification.findings import Kind, sentences
from gridward.core.actor import SYSTEM, Actor
from gridward.vault.actions import purge_body
from gridward.work.actions import leave_entry

pytestmark = pytest.mark.django_db
KEY = b"k" * 32
SUBJECT = "accounts.User:1"


@pytest.fixture
def history(town, cast, at, settings, tmp_path):
    """Six entries of one subject, two of another, one read of two persons; all sealed; then one entry more."""
    settings.GRIDWARD_HOME = tmp_path / "home"
    district = town.district
    for n in range(1, 7):
        leave(district, SUBJECT, at, f"a{n}")
    for n in range(1, 3):
        leave(district, "accounts.User:2", at, f"b{n}")
    reader = Actor(user_id=cast["cleo"].pk, role="acceptor")
    persons = ["cases.Contact:1", "cases.Contact:2"]
    record_read(district_id=district.pk, by=reader, purpose="answer", thing="cases.Case:1", persons=persons, at=at)
    seal_district(district=district, key=KEY, at=at)
    leave(district, SUBJECT, at, "young")
    return district


def leave(district, subject, at, what):
    return leave_entry(
        district_id=district.pk, subject=subject, verb="tests.do", by=SYSTEM, at=at, body={"what": what}
    )  # fmt: skip


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount != 0, "the mutation must hit something"


def entry(n, subject=SUBJECT) -> Entry:
    return Entry.objects.get(subject=subject, n=n)


def found(**options) -> list[Finding]:
    return verify_everything(key=KEY, outside=options.get("outside", seals_file("x").parent)).findings


def kinds(findings) -> list[tuple[Kind, str, int]]:
    return sorted((finding.kind, finding.whose, finding.n) for finding in findings)


def test_what_nobody_touched_has_no_findings(history):
    verified = verify_everything(key=KEY, outside=seals_file("x").parent)
    assert verified.findings == []
    assert verified.counts["audit.Entry"] == 9
    assert verified.young["audit.Entry"] == 1 and verified.young["audit.Read"] == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [("verb", "tests.other"), ("role", "acceptor"), ("at", "2001-01-01 00:00:00+00:00"),
     ("recorded_at", "2001-01-01 00:00:00+00:00"), ("is_time_doubtful", True)],
)  # fmt: skip
def test_a_changed_column_of_a_step_is_named(history, column, value):
    sql(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", value, entry(3).pk)
    assert found() == [Finding(Kind.STEP_CHANGED, SUBJECT, 3, f"audit.Entry:{entry(3).pk}")]


def test_another_actor_in_a_step_is_named(history, cast):
    sql("UPDATE audit_entry SET by_id = %s WHERE id = %s", cast["cleo"].pk, entry(3).pk)
    assert kinds(found()) == [(Kind.STEP_CHANGED, SUBJECT, 3)]


def test_a_step_given_to_another_subject_is_named(history):
    moved = entry(7)
    sql("UPDATE audit_entry SET subject = 'accounts.User:3', n = 1 WHERE id = %s", moved.pk)
    assert kinds(found()) == [
        (Kind.COUNTER_WRONG, "accounts.User:3", 1), (Kind.STEP_CHANGED, "accounts.User:3", 1),
        (Kind.STEP_MISSING, SUBJECT, 7),
    ]  # fmt: skip


def test_two_steps_that_changed_places_are_named(history):
    third, fifth = entry(3).pk, entry(5).pk
    sql("UPDATE audit_entry SET n = 99 WHERE id = %s", third)
    sql("UPDATE audit_entry SET n = 3 WHERE id = %s", fifth)
    sql("UPDATE audit_entry SET n = 5 WHERE id = %s", third)
    assert kinds(found()) == [(Kind.STEP_REORDERED, SUBJECT, 3), (Kind.STEP_REORDERED, SUBJECT, 5)]


def test_a_removed_sealed_step_is_named_with_its_leaf(history):
    gone = entry(4).pk
    leaf = SealLeaf.objects.get(table="audit.Entry", step_id=gone)
    sql("DELETE FROM audit_entry WHERE id = %s", gone)
    assert found() == [
        Finding(Kind.SEALED_ROW_MISSING, f"{history.code6}/1", leaf.n, f"audit.Entry:{gone}"),
        Finding(Kind.STEP_MISSING, SUBJECT, 4),
    ]


def test_a_removed_last_step_is_named_by_its_subjects_counter(history):
    gone = entry(7).pk
    sql("DELETE FROM audit_stepbody WHERE step_id = %s", gone)
    sql("DELETE FROM audit_entry WHERE id = %s", gone)
    assert found() == [Finding(Kind.STEP_MISSING, SUBJECT, 7)]


def test_a_whole_subject_removed_with_its_counter_is_named_by_the_seal(history):
    leaves = SealLeaf.objects.filter(step_id__in=Entry.objects.filter(subject="accounts.User:2").values("pk"))
    expected = sorted(
        Finding(Kind.SEALED_ROW_MISSING, f"{history.code6}/1", leaf.n, f"audit.Entry:{leaf.step_id}") for leaf in leaves
    )
    sql("DELETE FROM audit_entry WHERE subject = 'accounts.User:2'")
    sql("DELETE FROM audit_chain WHERE subject = 'accounts.User:2'")
    assert found() == expected and len(expected) == 2


def test_a_rewritten_chain_is_named_by_the_seal(history):
    """Somebody who knows the arithmetic but not the key writes a step and all after it anew."""
    last = entry(2, "accounts.User:2")
    sql("UPDATE audit_entry SET verb = 'tests.other' WHERE id = %s", last.pk)
    from_row = Entry.objects.get(pk=last.pk)
    forged = rehash(from_row)
    sql("UPDATE audit_entry SET hash = %s WHERE id = %s", forged, last.pk)
    sql("UPDATE audit_chain SET hash = %s WHERE subject = 'accounts.User:2'", forged)
    leaf = SealLeaf.objects.get(table="audit.Entry", step_id=last.pk)
    changed = Finding(Kind.SEALED_ROW_CHANGED, f"{history.code6}/1", leaf.n, f"audit.Entry:{last.pk}")
    assert found() == [changed]
    sql("UPDATE audit_sealleaf SET hash = %s WHERE id = %s", forged, leaf.pk)
    assert found() == [Finding(Kind.SEAL_FORGED, history.code6, 1)]


def rehash(row: Entry) -> bytes:
    from gridward.audit.actions import hash_of  # noqa: PLC0415 - the forger's tool, only here

    return hash_of(row, row.subject)


def test_a_step_slipped_in_after_the_last_is_named_by_the_counter(history, at):
    row = entry(7)
    row.pk, row.n, row.prev = None, 8, row.hash
    row.hash = rehash(row)
    row.save(force_insert=True)
    assert kinds(found()) == [(Kind.BODY_REMOVED, SUBJECT, 8), (Kind.COUNTER_WRONG, SUBJECT, 8)]


def test_a_broken_link_is_named(history):
    row = entry(7)
    row.prev = b"x" * 32
    sql("UPDATE audit_entry SET prev = %s, hash = %s WHERE id = %s", b"x" * 32, rehash(row), row.pk)
    assert (Kind.LINK_BROKEN, SUBJECT, 7) in kinds(found())


def test_a_counter_set_back_is_named(history):
    sql("UPDATE audit_chain SET n = 5 WHERE subject = %s", SUBJECT)
    assert found() == [Finding(Kind.COUNTER_WRONG, SUBJECT, 7)]


def test_a_changed_text_is_named(history):
    sql("UPDATE audit_stepbody SET body = %s WHERE step_id = %s", '{"what":"x"}', entry(2).pk)
    assert found() == [Finding(Kind.BODY_CHANGED, SUBJECT, 2, f"audit.Entry:{entry(2).pk}")]


def test_a_removed_text_is_named_and_a_purged_one_is_not(history, at):
    purge_body(step=entry(3), reason="request", by=SYSTEM, at=at)
    assert found() == []
    sql("DELETE FROM audit_stepbody WHERE step_id = %s", entry(2).pk)
    assert found() == [Finding(Kind.BODY_REMOVED, SUBJECT, 2, f"audit.Entry:{entry(2).pk}")]


def test_a_purged_text_that_is_back_is_named(history, at):
    kept = StepBody.objects.get(step_id=entry(3).pk)
    purge_body(step=entry(3), reason="request", by=SYSTEM, at=at)
    kept.pk = None
    kept.save(force_insert=True)
    assert found() == [Finding(Kind.BODY_BACK, SUBJECT, 3, f"audit.Entry:{entry(3).pk}")]


def test_a_text_of_no_step_is_named(history):
    StepBody.objects.create(table="audit.Entry", step_id=5, salt=b"s", body="{}")
    StepBody.objects.create(table="no.Table", step_id=6, salt=b"s", body="{}")
    assert kinds(found()) == [(Kind.BODY_ALONE, "audit.Entry", 5), (Kind.BODY_ALONE, "no.Table", 6)]


@pytest.mark.parametrize(
    ("statement", "values"),
    [("UPDATE audit_read SET purpose = 'curious'", ()), ("UPDATE audit_read SET was_refused = %s", (True,)),
     ("UPDATE audit_readperson SET person = 'cases.Contact:9' WHERE person = 'cases.Contact:1'", ()),
     ("DELETE FROM audit_readperson WHERE person = 'cases.Contact:1'", ())],
)  # fmt: skip
def test_a_changed_read_is_named(history, statement, values):
    sql(statement, *values)
    read = Read.objects.get()
    assert found() == [Finding(Kind.READ_CHANGED, "cases.Case:1", read.pk, f"audit.Read:{read.pk}")]


def test_a_removed_read_is_named(history):
    read = Read.objects.get().pk
    ReadPerson.objects.all().delete()
    sql("DELETE FROM audit_read")
    assert [(f.kind, f.row) for f in found()] == [(Kind.SEALED_ROW_MISSING, f"audit.Read:{read}")]


@pytest.mark.parametrize(
    ("column", "value"), [("root", b"r" * 32), ("count", 3), ("sealed_at", "2001-01-01 00:00:00+00:00")]
)
def test_a_changed_seal_is_named(history, column, value):
    sql(f"UPDATE audit_seal SET {column} = %s", value)
    assert kinds(found()) == [
        (Kind.SEAL_FORGED, history.code6, 1), (Kind.SEAL_UNLIKE_OUTSIDE, history.code6, 1),
    ]  # fmt: skip


def test_a_seal_made_with_another_key_is_named(history):
    assert kinds(verify_everything(key=b"other" * 8, outside=None).findings) == [(Kind.SEAL_FORGED, history.code6, 1)]


def test_a_seal_made_anew_with_the_right_key_breaks_the_one_after_it(history, at):
    """Who has the key as well: the next seal remembers the root, and the file outside the whole seal."""
    seal_district(district=history, key=KEY, at=at + timedelta(minutes=1))
    first = Seal.objects.get(n=1)
    gone = first.leaves.get(n=8)
    sql("DELETE FROM audit_sealleaf WHERE id = %s", gone.pk)
    rows = first.leaves.order_by("n").values_list("table", "step_id", "hash")
    root = merkle_root(leaf_hash(table, pk, bytes(row_hash)) for table, pk, row_hash in rows)
    said = {"district": history.code6, "n": 1, "sealed_at": first.sealed_at, "count": 8, "root": root}
    mac = sign(KEY, **said, prev=bytes(first.prev))
    sql("UPDATE audit_seal SET count = 8, root = %s, hmac = %s WHERE id = %s", root, mac, first.pk)
    assert kinds(found()) == [(Kind.SEAL_FORGED, history.code6, 2), (Kind.SEAL_UNLIKE_OUTSIDE, history.code6, 1)]


def test_a_removed_leaf_is_named(history):
    sql("DELETE FROM audit_sealleaf WHERE n = 2")
    assert found() == [Finding(Kind.LEAF_MISSING, f"{history.code6}/1", 2)]


def test_removed_seals_are_named_inside_and_outside(history, at):
    seal_district(district=history, key=KEY, at=at + timedelta(minutes=1))
    first = Seal.objects.get(n=1)
    sql("DELETE FROM audit_sealleaf WHERE seal_id = %s", first.pk)
    sql("DELETE FROM audit_seal WHERE id = %s", first.pk)
    assert kinds(found()) == [(Kind.SEAL_MISSING, history.code6, 1), (Kind.SEAL_NOT_INSIDE, history.code6, 1)]
    sql("DELETE FROM audit_sealleaf")
    sql("DELETE FROM audit_seal")
    assert kinds(found()) == [(Kind.SEAL_NOT_INSIDE, history.code6, 1), (Kind.SEAL_NOT_INSIDE, history.code6, 2)]


def test_every_kind_of_finding_has_a_sentence():
    assert set(sentences()) == set(Kind)
    for kind in Kind:
        assert "{" not in Finding(kind, "x", 1).sentence()


def test_sealing_again_seals_only_what_is_new(history, at):
    later = at + timedelta(minutes=1)
    assert seal_district(district=history, key=KEY, at=later) == 1
    assert seal_district(district=history, key=KEY, at=later) == 0
    assert [seal.count for seal in Seal.objects.order_by("n")] == [9, 1]
    assert found() == []


def test_rows_older_than_the_look_back_wait_for_the_full_pass(history, at):
    assert seal_district(district=history, key=KEY, at=at, since=at + timedelta(seconds=1)) == 0
    assert seal_district(district=history, key=KEY, at=at) == 1


def test_a_lost_or_torn_file_of_seals_is_repaired(history, at):
    path = seals_file(history.code6)
    whole = path.read_text()
    assert json.loads(whole)["n"] == 1
    path.write_text(whole[: len(whole) // 2])
    assert tell_outside(history) == 1 and path.read_text() == whole
    path.unlink()
    assert tell_outside(history) == 1 and path.read_text() == whole
    assert tell_outside(history) == 0


def test_more_than_one_seal_is_made_when_there_is_much(history, at, monkeypatch):
    monkeypatch.setattr("gridward.audit.actions.seals.MOST_LEAVES", 4)
    for n in range(10):
        leave(history, f"tests:{n}", at, "x")
    assert seal_district(district=history, key=KEY, at=at) == 11
    assert [seal.count for seal in Seal.objects.order_by("n")] == [9, 4, 4, 3]
    assert found() == []


def test_the_bulk_twin_of_reads_leaves_the_same_rows(history, cast, at):
    read = Read(district=history, by=cast["cleo"], role="acceptor", purpose="answer", thing="cases.Case:1", at=at)
    record_reads([(read, ["cases.Contact:2", "cases.Contact:1"])])
    first, second = Read.objects.order_by("pk")
    assert bytes(first.hash) == bytes(second.hash)
    assert list(first.persons.values_list("person", flat=True)) == list(second.persons.values_list("person", flat=True))


def test_a_chain_counts_without_gaps(history):
    assert Chain.objects.get(subject=SUBJECT).n == 7

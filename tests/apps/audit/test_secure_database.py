"""On PostgreSQL the web's account adds to what happened and cannot change it, whatever a program tries."""

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from gridward.audit.actions import record_read, seal_district
from gridward.audit.models import Entry
from gridward.core.actor import SYSTEM, Actor
from gridward.vault.actions import purge_body
from gridward.work.actions import leave_entry

pytestmark = pytest.mark.django_db
only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a file has no accounts")
ROLE = "gridward_web_of_a_test"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def history(town, cast, at, settings, tmp_path):
    settings.GRIDWARD_HOME, settings.GRIDWARD_KEYS = tmp_path / "home", tmp_path / "keys.json"
    entry = leave_entry(district_id=7, subject="tests:1", verb="tests.do", by=SYSTEM, at=at, body={"a": 1})
    reader = Actor(user_id=cast["cleo"].pk, role="acceptor")
    record_read(district_id=7, by=reader, purpose="answer", thing="cases.Case:1", persons=["cases.Contact:1"], at=at)
    seal_district(district=town.district, key=b"k" * 32, at=at)
    return entry


@pytest.fixture
def as_web(history):
    """The rest of the test acts with the web's account; the transaction of the test takes the account back."""
    sql(f"CREATE ROLE {ROLE} LOGIN")
    call_command("secure_database", role=ROLE, apply=True, verbosity=0)
    sql(f"SET LOCAL ROLE {ROLE}")
    return history


@only_postgresql
@pytest.mark.parametrize("table", ["audit_entry", "cases_casestep", "audit_read", "audit_readperson", "audit_seal",
                                   "audit_sealleaf"])  # fmt: skip
def test_steps_reads_and_seals_can_be_neither_changed_nor_removed(as_web, table):
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            sql(statement)


@only_postgresql
def test_what_a_step_said_can_be_purged_and_not_rewritten(as_web, at):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        sql("UPDATE audit_stepbody SET body = '{}'")
    purge_body(step=as_web, reason="request", by=SYSTEM, at=at)


@only_postgresql
def test_the_web_goes_on_working_with_these_rights(as_web, at, town, cast):
    leave_entry(district_id=7, subject="tests:1", verb="tests.do", by=SYSTEM, at=at)
    assert Entry.objects.filter(subject="tests:1").count() == 2
    assert seal_district(district=town.district, key=b"k" * 32, at=at) == 1
    cast["cleo"].name = "柯敏"
    cast["cleo"].save()


@only_postgresql
@pytest.mark.parametrize("statement", ["DROP TABLE audit_entry", "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
                                       "CREATE TABLE mine (id int)", "DELETE FROM django_migrations"])  # fmt: skip
def test_the_web_owns_and_makes_no_table(as_web, statement):
    with pytest.raises(ProgrammingError), transaction.atomic():
        sql(statement)


@only_postgresql
def test_an_account_that_no_right_holds_back_is_refused(history):
    owner = connection.settings_dict["USER"] or "postgres"
    with pytest.raises(CommandError, match="限制不住"):
        call_command("secure_database", role=owner, apply=True)
    with pytest.raises(CommandError, match="没有账号"):
        call_command("secure_database", role="nobody_of_this_name")


@only_postgresql
def test_without_apply_the_rights_are_only_printed(history, capsys):
    sql(f"CREATE ROLE {ROLE} LOGIN")
    call_command("secure_database", role=ROLE)
    printed = capsys.readouterr().out
    assert f'GRANT SELECT, INSERT ON "audit_entry" TO "{ROLE}";' in printed
    sql(f"SET LOCAL ROLE {ROLE}")
    with pytest.raises(ProgrammingError), transaction.atomic():
        sql("SELECT * FROM audit_entry")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="says it where there are no accounts")
def test_a_file_without_accounts_says_so(history):
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("secure_database", role=ROLE)

"""People from a sheet: tried first, then made person by person, each in a transaction of its own; undone as a batch."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from gridward.accounts.actions.grants import grant_role
from gridward.accounts.actions.people import NewAccount, create_user
from gridward.accounts.importing import PersonRow
from gridward.accounts.models import Grant, User
from gridward.accounts.queries.administration import administered
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.work import clock, collected
from gridward.work.actions import leave_entry, subject_key
from gridward.work.actions.batches import (
    Imported,
    Outcome,
    applied_batch,
    close_batch,
    do_lines,
    keep_batch,
    note_in_batch,
)
from gridward.work.locks import lock
from gridward.work.models import ImportBatch

KIND = "accounts.import_people"


@dataclass(slots=True)
class ImportedPeople(Imported):
    """After an import also the slips, which are nowhere else."""

    accounts: list[NewAccount] = field(default_factory=list)


def try_import(*, district: District, rows: Iterable[PersonRow], by: Actor, at: datetime) -> ImportedPeople:
    """What an import of these lines would do: every person is really made, and taken back at once."""
    return _import(district, rows, None, by, at)


def import_people(
    *, district: District, rows: list[PersonRow], file_name: str, sha256: str, by: Actor, at: datetime
) -> ImportedPeople:
    """Make the people of a sheet. Nothing is made when one line would be refused.

    Raises RuleBroken ``accounts.import_refused`` with the number of such lines, and
    ``accounts.not_administrator`` for who administers nothing.
    """
    if administered(by, district.pk, at).is_empty:
        raise RuleBroken("accounts.not_administrator")
    tried = try_import(district=district, rows=rows, by=by, at=at)
    if not tried.is_clean:
        raise RuleBroken("accounts.import_refused", lines=tried.wrong)
    report = {"lines": len(tried.outcomes), "users": [], "grants": []}
    batch = keep_batch(
        district_id=district.pk, kind=KIND, file_name=file_name, sha256=sha256, report=report, by=by, at=at
    )
    done = _import(district, rows, batch, by, at)
    batch.refresh_from_db()
    return done


def _import(
    district: District, rows: Iterable[PersonRow], batch: ImportBatch | None, by: Actor, at: datetime
) -> ImportedPeople:
    done = ImportedPeople(batch=batch)
    ordered = sorted(rows, key=lambda row: (row.username, row.line))
    for _username, lines in groupby(ordered, lambda row: row.username):
        _import_person(district, list(lines), done, by, at)
    done.outcomes.sort(key=lambda outcome: outcome.line)
    return done


def _import_person(district: District, lines: list[PersonRow], done: ImportedPeople, by: Actor, at: datetime) -> None:
    """One person with all lines; the account's slip is kept when it is no trial."""
    read = [Outcome(r.line, r.username, r.name, problems=tuple(map(str, r.problems))) for r in lines]
    accounts: list[NewAccount] = []
    is_done = do_lines(done, read, lambda: _make(district, lines, accounts, done.batch, by, at))
    if is_done and done.batch is not None:
        done.accounts += accounts


def _make(
    district: District,
    lines: list[PersonRow],
    accounts: list[NewAccount],
    batch: ImportBatch | None,
    by: Actor,
    at: datetime,
) -> list[Outcome]:
    """What happened with each line; a new account is added to ``accounts``."""
    person = User.objects.filter(username=lines[0].username).first()
    if person is not None and (person.district_id != district.pk or person.name != lines[0].name):
        raise RuleBroken("accounts.username_taken", username=person.username)
    if len({line.name for line in lines}) > 1:
        raise RuleBroken("accounts.two_names", username=lines[0].username)
    outcomes, given = [], []
    for line in lines:
        before = len(given)
        for scope in line.scopes:
            if person is None:
                accounts.append(_new(line, scope, by, at))
                person = accounts[0].user
                given.append(Grant.objects.filter(user=person).values_list("pk", flat=True)[0])
            else:
                given += _further(person, line, scope, by, at)
        _give_posts(person, line, by, at)
        what = _("New account") if accounts and line is lines[0] else _("Another role")
        outcomes.append(
            Outcome(line.line, line.username, line.name, what if len(given) > before else _("Is so already"))
        )
    if batch is not None:
        note_in_batch(batch=batch, users=[one.user.pk for one in accounts], grants=given)
    return outcomes


def _new(line: PersonRow, scope: str, by: Actor, at: datetime) -> NewAccount:
    assert line.body is not None
    return create_user(
        username=line.username, name=line.name, body=line.body, role=line.role, scope=scope, by=by, at=at
    )


def _further(person: User, line: PersonRow, scope: str, by: Actor, at: datetime) -> list[int]:
    """The new grant's id, or nothing when it is held already: a sheet may be read in twice."""
    assert line.body is not None
    try:
        return [grant_role(user=person, role=line.role, scope=scope, body=line.body, by=by, at=at).pk]
    except RuleBroken as refused:
        if refused.code == "accounts.already_held":
            return []
        raise


def _give_posts(person: User | None, line: PersonRow, by: Actor, at: datetime) -> None:
    if line.post:
        for grid_id in line.grid_ids:
            collected.join(
                "accounts.import_post", user=person, grid_id=grid_id, kind=line.post, body=line.body, by=by, at=at
            )


def undo_import(*, batch: ImportBatch, by: Actor, at: datetime) -> list[User]:
    """Take a batch back: its roles are retired, its accounts closed and their names free again.

    Who has signed in since, or was given something more, stays; they are answered, so that a person decides.

    Raises RuleBroken ``work.batch_undone`` the second time, ``accounts.not_administrator``.
    """
    if not administered(by, batch.district_id, at).whole_district:
        raise RuleBroken("accounts.not_administrator")
    batch = applied_batch(batch.pk)
    grants = set(batch.report.get("grants", []))
    users = {*batch.report.get("users", []), *_holders(grants)}
    made = set(batch.report.get("users", []))
    left = [user for pk in sorted(users) if (user := _take_back(pk, grants, pk in made, by, at)) is not None]
    close_batch(batch=batch, verb="accounts.undo_import", left=[user.pk for user in left], by=by, at=at)
    return left


def _holders(grants: set[int]) -> set[int]:
    return set(Grant.objects.filter(pk__in=grants).values_list("user_id", flat=True))


@transaction.atomic
def _take_back(user_id: int, grants: set[int], is_new: bool, by: Actor, at: datetime) -> User | None:
    """The person when something stands on this account and it stays."""
    user = lock(User, user_id)
    mine = Grant.objects.select_for_update().filter(user=user, retired_at__isnull=True)
    stays = user.last_login is not None or mine.exclude(pk__in=grants).exists()
    if is_new and stays:
        return user
    mine.filter(pk__in=grants).update(retired_at=clock.now(), closed_at=at)
    if is_new:
        collected.join("accounts.leave_post", user=user, successor=None, by=by, at=at)
        user.username, user.is_active, user.left_on = f"undone-{user.pk}", False, at.date()
        user.save(update_fields=["username", "is_active", "left_on"])
    leave_entry(district_id=user.district_id, subject=subject_key(user), verb="accounts.undo_import", by=by, at=at)
    return None

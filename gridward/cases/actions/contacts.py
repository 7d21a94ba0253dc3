"""The reporter's side of a case: sealed contacts, private links, reads that leave a row."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from gridward.audit.actions import record_read
from gridward.cases.models import Case, Contact
from gridward.cases.queries.joined import with_joined
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.written import without_harm
from gridward.gpkg.many import new_row
from gridward.vault.phones import normalise_phone
from gridward.vault.sealing import blind_index, open_sealed, seal
from gridward.work.actions import subject_key

TABLE = "cases.Contact"
Answer = Contact.Answer  # how a reporter wishes to be answered; the sealed model itself stays here
LINK_LIFE_AFTER_CLOSING = timedelta(days=180)
READERS = frozenset({"acceptor", "hotline_operator", "window_clerk", "community_secretary"})


@dataclass(frozen=True, slots=True)
class Reporter:
    """What a person gave to be answered; all of it may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""
    answer_by: str = Contact.Answer.LINK


def new_token() -> str:
    """A private link's secret: 128 random bits."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def sealed_contact(case: Case, reporter: Reporter, *, kind: str, token: str, at: datetime) -> Contact:
    """An unsaved contact with everything personal sealed."""
    uid = uuid.uuid4()
    phone = normalise_phone(reporter.phone)

    def sealed(column: str, text: str) -> bytes:
        return seal(without_harm(text).strip(), table=TABLE, column=column, uid=uid)

    return new_row(
        Contact, district_id=case.district_id, case_id=case.pk, uid=uid, kind=kind, answer_by=reporter.answer_by,
        name=sealed("name", reporter.name), phone=sealed("phone", phone), email=sealed("email", reporter.email),
        phone_index=blind_index(phone, field="phone", district_id=case.district_id) if phone else None,
        link_hash=token_hash(token), recorded_at=at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenedContact:
    """A contact in clear, for the length of one page."""

    uid: uuid.UUID
    kind: str
    answer_by: str
    name: str
    phone: str
    email: str


def _opened(contact: Contact) -> OpenedContact:
    def text(column: str) -> str:
        return open_sealed(getattr(contact, column), table=TABLE, column=column, uid=contact.uid)

    return OpenedContact(
        contact.uid, contact.kind, contact.answer_by, text("name"), text("phone"), text("email")
    )  # fmt: skip


def read_contacts(
    *, case: Case, by: Actor, holds: bool = True, purpose: str, at: datetime, only_drawn: bool = False
) -> list[OpenedContact]:
    """Open who reported this case or one that joined it, for the acceptor or the call-back; a refused wish leaves a
    row too.

    ``holds`` says that the case is in the actor's hands: who only reads on what they once moved opens nothing.
    ``only_drawn``: the reporter whom a sample drew, who left a number and wished an answer; nobody who joined them.
    """
    allowed = holds and by.role in READERS and not case.is_quarantined
    rows = Contact.objects.filter(case__in=[case.pk] if only_drawn else with_joined(case), purged_at__isnull=True)
    if only_drawn:
        rows = rows.filter(kind=Contact.Kind.REPORTER, phone_index__isnull=False).exclude(answer_by=Answer.NONE)
    contacts = list(rows.order_by("pk"))
    record_read(
        district_id=case.district_id, by=by, purpose=purpose, thing=subject_key(case),
        persons=[subject_key(contact) for contact in contacts], at=at, was_refused=not allowed,
    )  # fmt: skip
    if not allowed:
        raise RuleBroken("contact.not_for_your_role")
    return [_opened(contact) for contact in contacts]

"""What a step sets off in messages: staff, who told us, other systems. One handler, idempotent by its delivery."""

import base64
import hmac
import json
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from gridward.audit.actions import record_read
from gridward.audit.models import StepBody
from gridward.cases.actions.contacts import TABLE, Answer
from gridward.cases.models import Case, CaseStep, Contact
from gridward.cases.queries import messages as kinds
from gridward.cases.queries.audiences import STAFF, still_holds
from gridward.cases.queries.escalations import people_told
from gridward.cases.queries.joined import with_joined
from gridward.cases.queries.public import ANSWERS, public_words
from gridward.core.actor import Actor
from gridward.core.workflow.ladder import Level, Tell
from gridward.core.workflow.parse import load
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import zone_of
from gridward.notify.actions import send_message, send_outside, tell_webhooks
from gridward.notify.actions.sending import Opened
from gridward.notify.models import Message
from gridward.vault.phones import normalise_phone
from gridward.vault.sealing import blind_index, open_sealed
from gridward.work import clock
from gridward.work.actions import leave_entry, only_news, subject_key
from gridward.work.locks import lock
from gridward.work.models import Delivery

PURPOSE = "send_message"
ANSWERING = tuple(f"cases.{move}" for move in ANSWERS)
FOLLOWING, ESCALATED = "cases.follow", "cases.escalate"
MOBILE_DIGITS = 11
PROOF_BYTES = 16


def news_verbs() -> tuple[str, ...]:
    """Every verb that somebody is told of."""
    systems = (f"cases.{move}" for move in kinds.TOLD_TO_SYSTEMS)
    return tuple(dict.fromkeys((*STAFF, *ANSWERING, FOLLOWING, ESCALATED, *systems)))


@only_news
def tell_of_step(delivery: Delivery, step: CaseStep) -> None:
    """Tell whom the step concerns; a case in quarantine is told to nobody."""
    case = Case.objects.select_related("district", "category", "body", "complained_body").get(pk=step.case_id)
    at = clock.now()
    if case.is_quarantined:
        return
    if step.verb in STAFF:
        _tell_staff(delivery, step, case, at)
    if step.verb == ESCALATED:
        _tell_of_limit(delivery, step, case, at)
    if step.verb in ANSWERING:
        _tell_reporters(delivery, case, at)
    if step.verb == FOLLOWING:
        _ask_follower(delivery, step, case, at)
    if step.verb.removeprefix("cases.") in kinds.TOLD_TO_SYSTEMS:
        _tell_systems(delivery, step, case, at)


def _tell_staff(delivery: Delivery, step: CaseStep, case: Case, at: datetime) -> None:
    telling = STAFF[step.verb]
    if not still_holds(case, step, telling):
        return
    variables = {"number": case.number}
    if telling.kind == kinds.SUPERVISED:
        variables["reply_by"] = str(said_in(step).get("reply_by", ""))
    send_message(
        district_id=case.district_id, kind=telling.kind, users=telling.to(case, at) - {step.by_id},
        variables=variables, subject=subject_key(case), url=reverse("cases:case", args=[case.number]),
        is_urgent=case.is_urgent, roster_kind=kinds.URGENT, never_body_id=case.complained_body_id,
        origin=delivery.pk, at=at,
    )  # fmt: skip


def _tell_of_limit(delivery: Delivery, step: CaseStep, case: Case, at: datetime) -> None:
    """The rungs that were reached, as one message about the highest."""
    rungs = said_in(step).get("rungs", ())
    if not rungs or not case.is_open or case.state != step.state_to:
        return
    tells = {Tell(tell) for rung in rungs for tell in rung["tells"]}
    worst = max(rungs, key=lambda rung: Level[rung["level"].upper()])
    due = datetime.fromisoformat(worst["due_at"]).astimezone(zone_of(case.district))
    is_late = any(Level[rung["level"].upper()] >= Level.LATE for rung in rungs)
    send_message(
        district_id=case.district_id, kind=kinds.LATE if is_late else kinds.DUE_SOON,
        users=set(people_told(case, tells, at).values_list("pk", flat=True)),
        variables={"number": case.number, "due": f"{due:%m-%d %H:%M}"}, subject=subject_key(case),
        url=reverse("cases:case", args=[case.number]), is_urgent=case.is_urgent,
        roster_kind=kinds.URGENT, never_body_id=case.complained_body_id, origin=delivery.pk, at=at,
    )  # fmt: skip


def said_in(step: CaseStep) -> dict[str, Any]:
    """What a step said; nothing once that was purged."""
    row = StepBody.objects.filter(table=CaseStep._meta.label, step_id=step.pk).first()
    return dict(json.loads(row.body)) if row else {}


def _to_tell(case: Case) -> QuerySet[Contact]:
    """Reporters, and followers who confirmed, of the case and of those joined to it, who are answered by link."""
    rows = Contact.objects.filter(case__in=with_joined(case), purged_at__isnull=True)
    confirmed = Q(kind=Contact.Kind.REPORTER) | Q(is_confirmed=True)
    return rows.filter(confirmed, answer_by=Answer.LINK, case__is_quarantined=False).select_related("case")


def channel_of(contact: Contact) -> str:
    """By what was left: the phone before the e-mail; empty when neither was."""
    if contact.phone:
        return Message.Channel.SMS
    return Message.Channel.EMAIL if contact.email else ""


def _tell_reporters(delivery: Delivery, case: Case, at: datetime) -> None:
    hotline = case.district.hotline or settings.GRIDWARD_HOTLINE
    for contact in _to_tell(case).order_by("pk"):
        is_private = contact.case.complained_body_id is not None or not contact.case.spoken_code
        code = {} if is_private else {"code": contact.case.spoken_code}
        _send(delivery, contact, kinds.ANSWERED_PRIVATELY if is_private else kinds.ANSWERED,
              {**code, "hotline": hotline}, at)  # fmt: skip


def _ask_follower(delivery: Delivery, step: CaseStep, case: Case, at: datetime) -> None:
    """Once, and only where a link can be written."""
    rows = Contact.objects.filter(case=case, kind=Contact.Kind.FOLLOWER, purged_at__isnull=True, is_confirmed=False)
    contact = rows.filter(answer_by=Answer.LINK, recorded_at=step.recorded_at).order_by("pk").last()
    if contact is not None and settings.GRIDWARD_SITE and case.spoken_code:
        contact.case = case
        _send(delivery, contact, kinds.CONFIRM, {"code": case.spoken_code}, at)


def _send(delivery: Delivery, contact: Contact, kind: str, variables: dict[str, str], at: datetime) -> None:
    channel = channel_of(contact)
    if channel:
        send_outside(
            district_id=contact.district_id, kind=kind, recipient=subject_key(contact), channel=channel,
            variables=variables, subject=subject_key(contact.case), origin=delivery.pk, at=at,
        )  # fmt: skip


def _tell_systems(delivery: Delivery, step: CaseStep, case: Case, at: datetime) -> None:
    """Number, public state as of the step, times. A complaint about a body is told to no system."""
    if case.complained_body_id is not None or case.category.is_about_body:
        return
    zh, en = public_words(load(case.table).state(step.state_to), case)
    times = {"told_at": case.told_at, "due_at": case.total_due_at, "closed_at": case.closed_at, "at": step.at}
    body = {"number": case.number, "state": {"zh": zh, "en": en},
            **{name: moment.isoformat() if moment else None for name, moment in times.items()}}  # fmt: skip
    tell_webhooks(district_id=case.district_id, event=step.verb, body=body, origin=delivery.pk, at=at)


def open_contact(*, message: Message, at: datetime) -> Opened | None:
    """The address of a contact, opened by the system with a row in the reads, only while a message is sent to it."""
    contact = Contact.objects.select_related("case").filter(pk=int(message.recipient.partition(":")[2])).first()
    if contact is None or contact.purged_at is not None:
        return None
    record_read(
        district_id=contact.district_id, by=Actor(None, Role.SYSTEM, None, contact.district_id), purpose=PURPOSE,
        thing=subject_key(contact.case), persons=[subject_key(contact)], at=at,
    )  # fmt: skip
    column = "phone" if message.channel == Message.Channel.SMS else "email"
    address = open_sealed(getattr(contact, column), table=TABLE, column=column, uid=contact.uid)
    if column == "phone" and not is_mobile(address):
        return None
    return Opened(address, {"link": confirm_link(contact)} if message.kind == kinds.CONFIRM else {})


def is_mobile(phone: str) -> bool:
    """Whether an SMS can reach it."""
    digits = normalise_phone(phone)
    return len(digits) == MOBILE_DIGITS and digits.startswith("1")


def _proof(uid: uuid.UUID, district_id: int) -> bytes:
    return blind_index(str(uid), field="confirm", district_id=district_id)[:PROOF_BYTES]


def confirm_token(contact: Contact) -> str:
    """What only who received it can know; nothing of it is stored."""
    return base64.urlsafe_b64encode(contact.uid.bytes + _proof(contact.uid, contact.district_id)).decode().rstrip("=")


def confirm_link(contact: Contact) -> str:
    return f"{settings.GRIDWARD_SITE}/r/confirm/{confirm_token(contact)}/"


def follower_of(district: District, token: str) -> Contact | None:
    """The follower that a confirmation link was sent to."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        uid = uuid.UUID(bytes=raw[:16])
    except ValueError:
        return None
    if not hmac.compare_digest(raw[16:], _proof(uid, district.pk)):
        return None
    rows = Contact.objects.filter(district=district, uid=uid, kind=Contact.Kind.FOLLOWER, purged_at__isnull=True)
    return rows.select_related("case").first()


@transaction.atomic
def confirm_follower(*, contact: Contact, on: bool, by: Actor, at: datetime) -> Contact:
    """The address answered: it is told the answer, or (``on`` false) nothing any more. Twice is once."""
    row = lock(Contact, contact.pk)
    if row.is_confirmed != on:
        row.is_confirmed = on
        row.save(update_fields=["is_confirmed"])
        leave_entry(
            district_id=row.district_id, subject=subject_key(row), verb="cases.confirm_follower", by=by, at=at,
            body={"on": on},
        )  # fmt: skip
    return row

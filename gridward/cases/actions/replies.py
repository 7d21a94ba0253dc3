"""A district writes its own words of replies: every version is kept, the newest holds until it is taken back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from gridward.cases.actions.texts import clean_text
from gridward.cases.models import ReplyTemplate
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.feedback.replies import check_words
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

EDITORS = frozenset({Role.DUTY_CHIEF, Role.DISTRICT_DIRECTOR})
MOST = 1500


@transaction.atomic
def write_reply(
    *, district: District, move: str, scope: str, zh: str, en: str, by: Actor, at: datetime
) -> ReplyTemplate:
    """A new version, offered from now on. The same words again stay the version that they are.

    Raises RuleBroken ``reply.not_for_your_role``, ``reply.variable_unknown``, ``reply.brace_alone``.
    """
    _check_editor(by)
    words = {"zh": clean_text(zh, MOST), "en": clean_text(en, MOST)}
    for text in words.values():
        check_words(text)
    lock(District, district.pk)
    same = ReplyTemplate.objects.filter(district=district, move=move, scope=scope)
    newest = same.filter(retired_at__isnull=True).order_by("-n").first()
    if newest is not None and (newest.zh, newest.en) == (words["zh"], words["en"]):
        return newest
    row = ReplyTemplate.objects.create(
        district=district, move=move, scope=scope, n=(same.aggregate(last=Max("n"))["last"] or 0) + 1, **words,
        by_id=by.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    _note(row, "cases.write_reply", by, at)
    return row


@transaction.atomic
def take_back_reply(*, template: ReplyTemplate, by: Actor, at: datetime) -> ReplyTemplate:
    """A version is not offered again; the one before it is, or the words that come along. Twice is once."""
    _check_editor(by)
    row = lock(ReplyTemplate, template.pk)
    if row.retired_at is None:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        _note(row, "cases.take_back_reply", by, at)
    return row


def _check_editor(by: Actor) -> None:
    if by.role not in EDITORS:
        raise RuleBroken("reply.not_for_your_role")


def _note(row: ReplyTemplate, verb: str, by: Actor, at: datetime) -> None:
    said = {"move": row.move, "scope": row.scope, "n": row.n}
    leave_entry(district_id=row.district_id, subject=subject_key(row), verb=verb, by=by, at=at, body=said)

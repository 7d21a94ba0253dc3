"""What a person lets out: words and photos for everybody nearby, and reports held back above the public budget."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Attachment, Case
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.work import clock

RELEASERS = frozenset({Role.ACCEPTOR, Role.DUTY_CHIEF})


def may_be_released(case: Case) -> bool:
    """Never a complaint about a body, a matter that is not shown nearby, or what still waits in quarantine."""
    return case.category.is_shown_nearby and case.complained_body_id is None and not case.is_quarantined


@transaction.atomic
def release_case(*, case: Case, on: bool, photo_ids: Collection[int] = (), by: Actor, at: datetime) -> Case:
    """Show the words of a case and the chosen photos to everybody nearby, or take them back."""
    desk = _taken_up(case, by)
    if on and not may_be_released(desk.case):
        raise RuleBroken("case.not_for_release")
    photos = Attachment.objects.filter(case=desk.case)
    chosen = sorted(photos.filter(pk__in=photo_ids).values_list("pk", flat=True)) if on else []
    shown = sorted(photos.filter(is_released=True).values_list("pk", flat=True))
    if desk.case.is_released == on and chosen == shown:
        return desk.case
    photos.exclude(pk__in=chosen).filter(is_released=True).update(is_released=False)
    photos.filter(pk__in=chosen).update(is_released=True)
    desk.case.is_released = on
    return _noted(desk, "release" if on else "withdraw_release", by, at, photos=len(chosen))


@transaction.atomic
def admit_case(*, case: Case, by: Actor, at: datetime) -> Case:
    """Let a report out of quarantine: a person has looked at it. Its clock ran all the time."""
    desk = _taken_up(case, by)
    if not desk.case.is_quarantined:
        return desk.case
    desk.case.is_quarantined = False
    return _noted(desk, "admit", by, at)


def _taken_up(case: Case, by: Actor) -> CaseDesk:
    if by.role not in RELEASERS:
        raise RuleBroken("case.release_not_yours")
    return take_up(case.pk)


def _noted(desk: CaseDesk, verb: str, by: Actor, at: datetime, **said: int) -> Case:
    desk.add_step(move=verb, state_from=desk.case.state, by=by, at=at, recorded_at=clock.now(), body=said)
    return put_down(desk)

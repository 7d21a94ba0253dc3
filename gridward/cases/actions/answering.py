"""The reporter's side of a case that is worked on: reminding."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from gridward.cases.actions.moving import move_case
from gridward.cases.models import Case, CaseStep
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.districts.queries import local_day
from gridward.work.locks import lock


@transaction.atomic
def remind_case(*, case: Case, by: Actor, at: datetime, action_uuid: uuid.UUID | None = None) -> Case:
    """A resident reminds, at most once a day of the district."""
    case = lock(Case, case.pk)
    if action_uuid and CaseStep.objects.filter(case=case, action_uuid=action_uuid).exists():
        return case
    reminders = CaseStep.objects.filter(
        case=case, verb="cases.remind", role=Role.RESIDENT, recorded_at__gt=at - timedelta(days=1)
    ).values_list("recorded_at", flat=True)
    if any(local_day(case.district, moment) == local_day(case.district, at) for moment in reminders):
        raise RuleBroken("case.reminded_today")
    return move_case(case=case, move="remind", given={}, by=by, at=at, action_uuid=action_uuid)

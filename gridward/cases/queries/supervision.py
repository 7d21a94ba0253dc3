"""督办: until when a supervised case is to be answered for. The day stands in the step that began it."""

import json
from collections.abc import Collection
from datetime import date

from gridward.audit.models import StepBody
from gridward.cases.models import Case, CaseStep

BEGUN, ANSWERED = "cases.supervise", "cases.reply_supervision"


def replies_due(cases: Collection[Case]) -> dict[int, date]:
    """Case id → the day asked for, of open cases whose last supervision nobody has answered; two statements."""
    asked = {case.pk for case in cases if case.is_supervised}
    steps = CaseStep.objects.filter(case__in=asked, verb__in=(BEGUN, ANSWERED)).order_by("n") if asked else ()
    last = {step.case_id: step for step in steps}
    begun = {step.pk: step.case_id for step in last.values() if step.verb == BEGUN}
    rows = StepBody.objects.filter(table=CaseStep._meta.label, step_id__in=begun) if begun else ()
    said = {begun[row.step_id]: json.loads(row.body).get("reply_by") for row in rows}
    return {case_id: date.fromisoformat(day) for case_id, day in said.items() if day}

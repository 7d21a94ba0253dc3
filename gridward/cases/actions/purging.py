"""The reporter's identity is removed 180 days after closing; the private link ends with it."""

from datetime import datetime

from django.db import transaction

from gridward.cases.actions.contacts import LINK_LIFE_AFTER_CLOSING
from gridward.cases.actions.steps import add_step
from gridward.cases.models import Case, Contact
from gridward.core.actor import SYSTEM
from gridward.work.locks import lock

MOST_AT_ONCE = 200


def purge_contacts(*, at: datetime) -> int:
    """Purge the contacts of cases closed long enough ago, each case in its own transaction with a step."""
    due = Case.objects.filter(
        is_open=False, closed_at__lt=at - LINK_LIFE_AFTER_CLOSING, contacts__purged_at__isnull=True
    )
    pks = list(due.distinct().values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in pks:
        _purge(pk, at)
    return len(pks)


@transaction.atomic
def _purge(case_id: int, at: datetime) -> None:
    case = lock(Case, case_id)
    contacts = Contact.objects.filter(case=case, purged_at__isnull=True)
    count = contacts.update(name=b"", phone=b"", email=b"", phone_index=None, link_ends_at=at, purged_at=at)
    case.spoken_code = ""
    add_step(case, move="purge_contacts", state_from=case.state, by=SYSTEM, at=at, body={"count": count})
    case.save(update_fields=["spoken_code", "step_n", "step_hash"])

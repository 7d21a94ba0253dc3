"""The reporter's identity is removed 180 days after closing; the private link ends with it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from gridward.cases.actions.book import Book
from gridward.cases.actions.contacts import LINK_LIFE_AFTER_CLOSING
from gridward.cases.actions.writing import put_down_lightly, take_up_lightly
from gridward.cases.models import Case, Contact
from gridward.core.actor import SYSTEM
from gridward.work import clock
from gridward.work.locks import lock

MOST_AT_ONCE = 200


def purge_contacts(*, at: datetime) -> int:
    """Purge the contacts of cases closed long enough ago, each case in its own transaction with a step.

    Who reported a case that was joined to another waits for the answer there, and is kept as long as that one's.
    """
    ended = at - LINK_LIFE_AFTER_CLOSING
    kept = Contact.objects.filter(case=OuterRef("pk"), purged_at__isnull=True)
    due = Case.objects.filter(
        Q(Exists(kept)) | ~Q(spoken_code=""),
        Q(merged_into__isnull=True) | Q(merged_into__is_open=False, merged_into__closed_at__lt=ended),
        Q(merged_into__merged_into__isnull=True)
        | Q(merged_into__merged_into__is_open=False, merged_into__merged_into__closed_at__lt=ended),
        is_open=False,
        closed_at__lt=ended,
    )
    pks = list(due.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in pks:
        _purge(pk, at)
    return len(pks)


@transaction.atomic
def _purge(case_id: int, at: datetime) -> None:
    case = lock(Case, case_id, related=("district",))
    if case.is_open:
        return
    contacts = Contact.objects.filter(case=case, purged_at__isnull=True)
    count = contacts.update(name=b"", phone=b"", email=b"", phone_index=None, link_ends_at=at, purged_at=at)
    case.spoken_code = ""
    [desk] = take_up_lightly([case], Book(case.district))
    said = {"count": count}
    desk.add_step(move="purge_contacts", state_from=case.state, by=SYSTEM, at=at, recorded_at=clock.now(), body=said)
    put_down_lightly([desk], ["spoken_code"])

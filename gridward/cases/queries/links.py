"""Private addresses of a case: what stands behind a secret, which are open, which photos wait for a move."""

from datetime import datetime

from django.db.models import Q, QuerySet

from gridward.accounts.queries import HeldRole
from gridward.cases.actions.contacts import token_hash
from gridward.cases.models import Attachment, Case, CaseLink, WaitingPhoto

WORKED_ON = ("pending_handle", "handling", "suspended")
GIVERS = frozenset({"department", "handler"})
SHOWN = ("case__category", "case__community", "case__district", "body")


def is_open(link: CaseLink, at: datetime) -> bool:
    """Whether an address still leads somewhere: a contractor's as long as the same body has the case in work."""
    if link.revoked_at is not None or at >= link.ends_at or not link.case.is_open:
        return False
    is_contractor = link.kind == CaseLink.Kind.CONTRACTOR
    return not is_contractor or (link.case.state in WORKED_ON and link.case.body_id == link.body_id)


def link_behind(token: str, *, district_id: int, at: datetime) -> CaseLink | None:
    """The open address behind a secret; nothing for a wrong, ended or withdrawn one."""
    row = CaseLink.objects.filter(link_hash=token_hash(token), district_id=district_id).select_related(*SHOWN).first()
    return row if row is not None and is_open(row, at) else None


def contractor_links(case: Case) -> list[CaseLink]:
    """All that were given for a case, the newest first."""
    rows = CaseLink.objects.filter(case=case, kind=CaseLink.Kind.CONTRACTOR).select_related("by", "body")
    found = list(rows.order_by("-pk"))
    for row in found:
        row.case = case
    return found


def photos_released_to(link: CaseLink) -> list[Attachment]:
    """The photos of the case that the body ticked for this address."""
    rows = Attachment.objects.filter(case_id=link.case_id, public_id__in=link.released).select_related("file")
    return [row for row in rows.order_by("pk") if row.file.media_type.startswith("image/")]


def photos_of(link: CaseLink) -> list[WaitingPhoto]:
    """What came by this address and still waits."""
    return list(WaitingPhoto.objects.filter(link=link).select_related("file").order_by("pk"))


def waiting_for(case: Case, held: HeldRole, fields: list[str]) -> QuerySet[WaitingPhoto]:
    """The photos that wait for a move of this person: their own, and for who handles it a contractor's."""
    whose = Q(by_id=held.user_id)
    if held.role in GIVERS:
        whose |= Q(by__isnull=True)
    rows = WaitingPhoto.objects.filter(whose, case=case, field__in=fields)
    return rows.select_related("file", "link").order_by("pk")


def has_phone(case: Case, held: HeldRole, *, at: datetime) -> bool:
    """Whether this person's phone may still send photos for the case."""
    rows = CaseLink.objects.filter(case=case, kind=CaseLink.Kind.PHONE, by_id=held.user_id, revoked_at__isnull=True)
    return rows.filter(ends_at__gt=at).exists()

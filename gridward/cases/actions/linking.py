"""A case by a private address: given to a contractor, withdrawn, answered; photos from one's own phone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db import transaction

from gridward.cases.actions.contacts import token_hash
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.texts import clean_text
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case, CaseLink, WaitingPhoto
from gridward.cases.queries.links import GIVERS, WORKED_ON, is_open
from gridward.core.actor import SYSTEM, Actor
from gridward.core.errors import RuleBroken
from gridward.files.actions import keep_files, release_file
from gridward.files.storing import Prepared
from gridward.work import clock
from gridward.work.locks import lock

MOST_LINKS, MOST_DAYS, MOST_NAME, MOST_TASK = 3, 30, 60, 1000
MOST_WAITING, MOST_UPLOADS = 10, 40
PHONE_LIFE = timedelta(minutes=20)
WAITS = timedelta(hours=24)
CONTRACTOR_FIELDS = "before_photo,after_photo"
Kind = CaseLink.Kind


@transaction.atomic
def give_link(
    *, case: Case, name: str, task: str, released: Sequence[str], days: int, token: str, by: Actor, at: datetime
) -> CaseLink:
    """One case's address for a company or team that works for the body; the step names it, and nobody's phone.

    Raises RuleBroken ``case.link_not_now``, ``case.link_not_for_your_role``, ``case.too_many_links``.
    """
    desk = take_up(case.pk)
    _may_give(desk, by, at)
    shown = desk.case.attachments.filter(public_id__in=list(released)).values_list("public_id", flat=True)
    link = CaseLink.objects.create(
        district_id=desk.case.district_id, case=desk.case, kind=Kind.CONTRACTOR, link_hash=token_hash(token),
        name=clean_text(name, MOST_NAME), task=clean_text(task, MOST_TASK), fields=CONTRACTOR_FIELDS,
        released=[str(one) for one in shown], body=desk.case.body, by_id=by.user_id, recorded_at=clock.now(),
        ends_at=at + timedelta(days=min(max(days, 1), MOST_DAYS)),
    )  # fmt: skip
    _leave(desk, "give_link", link, {"text": link.task}, by=by, at=at)
    return link


def _may_give(desk: CaseDesk, by: Actor, at: datetime) -> None:
    if by.role not in GIVERS:
        raise RuleBroken("case.link_not_for_your_role")
    if desk.case.state not in WORKED_ON:
        raise RuleBroken("case.link_not_now")
    given = CaseLink.objects.filter(case=desk.case, kind=Kind.CONTRACTOR, revoked_at__isnull=True, ends_at__gt=at)
    if given.count() >= MOST_LINKS:
        raise RuleBroken("case.too_many_links", most=MOST_LINKS)


def _leave(desk: CaseDesk, verb: str, link: CaseLink, said: Mapping[str, object], *, by: Actor, at: datetime) -> None:
    """A step that names the address by the company or team it was given to."""
    body = {"link": link.name, "link_id": str(link.public_id), **said}
    desk.add_step(move=verb, state_from=desk.case.state, by=by, at=at, recorded_at=clock.now(), body=body)
    put_down(desk)


@transaction.atomic
def revoke_link(*, case: Case, link: CaseLink, by: Actor, at: datetime) -> CaseLink:
    """Withdraw an address at once; twice is once."""
    desk = take_up(case.pk)
    if by.role not in GIVERS:
        raise RuleBroken("case.link_not_for_your_role")
    row = lock(CaseLink, link.pk)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        _leave(desk, "revoke_link", row, {}, by=by, at=at)
    return row


@transaction.atomic
def answer_link(*, link: CaseLink, words: str, photos: Mapping[str, Sequence[Prepared]], at: datetime) -> CaseLink:
    """What a contractor did, in words and photos: they wait for the handler, who makes the move. The step names the
    address, because nobody signed in.

    Raises RuleBroken ``case.link_ended``, ``case.too_many_photos``, ``case.link_used_up``.
    """
    desk = take_up(link.case_id)
    row = _still_open(desk.case, link, at)
    row.result, row.answered_at, row.uploads = clean_text(words), at, row.uploads + 1
    row.save(update_fields=["result", "answered_at", "uploads"])
    sent = sum(_hold(desk.case, field, photos[field], at, link=row) for field in row.photo_fields if field in photos)
    by = Actor(None, SYSTEM.role, row.body_id, row.district_id)
    _leave(desk, "contractor_result", row, {"result": row.result, "photos": sent}, by=by, at=at)
    return row


def _still_open(case: Case, link: CaseLink, at: datetime) -> CaseLink:
    row = lock(CaseLink, link.pk)
    row.case = case
    if not is_open(row, at):
        raise RuleBroken("case.link_ended")
    if row.uploads >= MOST_UPLOADS:
        raise RuleBroken("case.link_used_up")
    return row


def _hold(
    case: Case, field: str, photos: Sequence[Prepared], at: datetime, *, link: CaseLink | None, by_id: int | None = None
) -> int:
    """Keep photos until a move takes them; answers how many."""
    there = WaitingPhoto.objects.filter(case=case, link=link, by_id=by_id).count()
    if there + len(photos) > MOST_WAITING:
        raise RuleBroken("case.too_many_photos", most=MOST_WAITING)
    stored = keep_files(prepared=list(photos), district_id=case.district_id)
    for photo, file in zip(photos, stored, strict=True):
        WaitingPhoto.objects.create(
            district_id=case.district_id, case=case, link=link, by_id=by_id, field=field, file=file,
            taken_at=photo.taken_at, recorded_at=at,
            position=Point(*photo.position, srid=4326) if photo.position else None,
        )  # fmt: skip
    return len(photos)


@transaction.atomic
def begin_phone(*, case: Case, fields: Sequence[str], token: str, by: Actor, at: datetime) -> CaseLink:
    """A way from one's own phone to the form on the desk, for some minutes; an earlier one of theirs ends."""
    mine = CaseLink.objects.filter(case=case, kind=Kind.PHONE, by_id=by.user_id, revoked_at__isnull=True)
    mine.update(revoked_at=at)
    return CaseLink.objects.create(
        district_id=case.district_id, case=case, kind=Kind.PHONE, link_hash=token_hash(token),
        fields=",".join(fields), by_id=by.user_id, recorded_at=at, ends_at=at + PHONE_LIFE,
    )  # fmt: skip


@transaction.atomic
def send_from_phone(*, link: CaseLink, photos: Mapping[str, Sequence[Prepared]], at: datetime) -> CaseLink:
    """Photos for the form that waits on the desk; no step yet: the move will be one."""
    case = lock(Case, link.case_id)
    row = _still_open(case, link, at)
    row.uploads += 1
    row.save(update_fields=["uploads"])
    for field in row.photo_fields:
        _hold(case, field, photos.get(field, ()), at, link=row, by_id=row.by_id)
    return row


@transaction.atomic
def hold_photos(*, case: Case, photos: Mapping[str, Sequence[Prepared]], by: Actor, at: datetime) -> int:
    """Photos of a form that could not be sent yet, so that they need not be chosen again."""
    row = lock(Case, case.pk)
    return sum(_hold(row, field, sent, at, link=None, by_id=by.user_id) for field, sent in photos.items() if sent)


@transaction.atomic
def drop_photo(*, photo: WaitingPhoto) -> None:
    """Take back a photo that waits; the sweep removes its content. One that a move took meanwhile stays there."""
    found = WaitingPhoto.objects.filter(pk=photo.pk).select_related("file").first()
    if found is not None:
        _forget(found)


def _forget(row: WaitingPhoto) -> None:
    release_file(stored=row.file)
    WaitingPhoto.objects.filter(pk=row.pk).delete()


def sweep_waiting(*, at: datetime) -> int:
    """Photos that no move took: one's own after a day, a contractor's once their address and the case have ended."""
    own = WaitingPhoto.objects.filter(by__isnull=False, recorded_at__lt=at - WAITS)
    theirs = WaitingPhoto.objects.filter(by__isnull=True, link__ends_at__lt=at - WAITS, case__is_open=False)
    gone = 0
    for row in [*own.order_by("pk")[:200], *theirs.order_by("pk")[:200]]:
        drop_photo(photo=row)
        gone += 1
    unused = CaseLink.objects.filter(kind=Kind.PHONE, ends_at__lt=at - WAITS, photos__isnull=True)
    CaseLink.objects.filter(pk__in=list(unused.values_list("pk", flat=True)[:200])).delete()
    return gone

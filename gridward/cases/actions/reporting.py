"""信息采集: one action behind every door."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction

from gridward.accounts.models import Body
from gridward.audit.chain import START
from gridward.cases.actions.attaching import attach
from gridward.cases.actions.book import Book
from gridward.cases.actions.contacts import Reporter, sealed_contact, token_hash
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.numbers import free_spoken_code, next_number
from gridward.cases.actions.texts import MOST_PLACE, clean_text
from gridward.cases.actions.writing import columns_of, put_down, take_up
from gridward.cases.models import Attachment, Case, Category, Contact
from gridward.cases.queries.duplicates import place_tile
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.moves import check_evidence, clock_changes
from gridward.core.workflow.parse import load
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.files.storing import Prepared
from gridward.gpkg.blob import unread_point
from gridward.gpkg.many import insert_row, new_row
from gridward.grids.queries import Located
from gridward.work import clock


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody tells us. ``client_uuid`` is chosen by the sender, so that twice sent is once told."""

    client_uuid: uuid.UUID
    channel: str
    category_id: int
    description: str
    place: str
    position: tuple[float, float] | None
    token: str
    reporter: Reporter | None = None
    community_id: int | None = None
    complained_body_id: int | None = None
    component_id: int | None = None
    told_at: datetime | None = None
    photos: tuple[Prepared, ...] = field(default=())
    is_quarantined: bool = False


def report_case(*, district: District, report: Report, by: Actor, at: datetime) -> Case:
    """Take a report in: number, place, grid, sealed contact, photos, first step, first clock.

    The same ``client_uuid`` again answers with the case that is there.
    """
    known = _told_before(district, report)
    if known:
        return known
    book = Book(district)
    located = place_of(book, report, local_day(district, at))
    try:
        return _take_in(book, report, located, by=by, at=at)
    except IntegrityError:
        known = _told_before(district, report)
        if known is None:
            raise
        return known


def _told_before(district: District, report: Report) -> Case | None:
    return Case.objects.filter(district=district, client_uuid=report.client_uuid).first()


def _take_in(book: Book, report: Report, located: Located, *, by: Actor, at: datetime) -> Case:
    """Write it; a second sender of the same report waits here and finds the first one's case."""
    district = book.district
    with transaction.atomic():
        recorded_at = clock.now()
        desk = open_case(book, report, located, by=by, at=at, recorded_at=recorded_at)
        case = desk.case
        case.number = next_number(district, local_day(district, recorded_at))
        case.spoken_code = free_spoken_code(district.pk)
        insert_row(case)
        desk.read = columns_of(case)
        begin(desk, report, located, by=by, at=at, recorded_at=recorded_at)
        return put_down(desk)


def place_of(book: Book, report: Report, day: date) -> Located:
    """Where it is; a point outside the district is refused before anything is written."""
    if report.position is None:
        return Located(community_id=report.community_id, subdistrict_id=book.subdistrict_of(report.community_id))
    located = book.locate(*report.position, day)
    if located.is_outside:
        district = book.district
        raise RuleBroken("case.outside_district", district_zh=district.name_zh, district_en=district.name_en)
    return located


def open_case(
    book: Book, report: Report, located: Located, *, by: Actor, at: datetime, recorded_at: datetime
) -> CaseDesk:
    """The new case on a desk, not yet numbered or written."""
    category = book.category(report.category_id)
    table = load(category.table)
    words, place = clean_text(report.description), clean_text(report.place, MOST_PLACE)
    check_evidence(table, table.start, {"place": place or located.community_id, "text": words})
    state = table.next_state("", table.start, by.role)
    case = new_row(
        Case, district_id=book.district.pk, client_uuid=report.client_uuid, channel=report.channel,
        family=category.family, category_id=category.pk, description=words, place=place,
        position=unread_point(*report.position) if report.position else None,
        tile=place_tile(book.district, report.position, located.community_id),
        subdistrict_id=located.subdistrict_id, community_id=located.community_id, cell_id=located.cell_id,
        grid_id=located.grid_id, duty_grid_id=located.grid_id, table=table.full_name, state=state.code,
        stage=state.stage.number, is_urgent=category.is_urgent, told_at=min(report.told_at or at, at),
        reported_at=min(at, recorded_at), step_hash=START, is_quarantined=report.is_quarantined,
    )  # fmt: skip
    case.district, case.category = book.district, category
    if report.complained_body_id is not None:
        case.complained_body = _complained_body(book, category, report.complained_body_id)
    if report.component_id is not None:
        case.component = book.component(report.component_id)
    return CaseDesk(case, book)


def begin(desk: CaseDesk, report: Report, located: Located, *, by: Actor, at: datetime, recorded_at: datetime) -> None:
    """The first step and clock of a case that has its number and id, the contact and the photos."""
    case, table = desk.case, load(desk.case.table)
    said = {"place_reason": located.reason, "place_values": located.values, "channel": report.channel}
    moment = desk.add_step(
        move=table.start, state_from="", by=by, at=at, recorded_at=recorded_at, body=said,
        action_uuid=report.client_uuid,
    )  # fmt: skip
    desk.turn_clocks(clock_changes(table, "", table.start), at=moment)
    if report.reporter is not None:
        kind = Contact.Kind.REPORTER
        desk.new_contacts.append(sealed_contact(case, report.reporter, kind=kind, token=report.token, at=recorded_at))
    desk.new_attachments += attach(case, report.photos, kind=Attachment.Kind.REPORT, by=by, at=recorded_at)


def _complained_body(book: Book, category: Category, body_id: int) -> Body | None:
    """The body that a complaint is about; it and those below it never see the case."""
    if not category.is_about_body:
        return None
    body = book.body(body_id)
    if body.parent_id is None:
        raise RuleBroken("case.complaint_about_the_centre")
    return body


@transaction.atomic
def follow_case(*, case: Case, reporter: Reporter, token: str, by: Actor, at: datetime) -> Case:
    """“Me too”: one more person who gets the answer."""
    desk = take_up(case.pk)
    case, recorded_at = desk.case, clock.now()
    if Contact.objects.filter(case=case, link_hash=token_hash(token)).exists():
        return case
    if not case.is_open:
        raise RuleBroken("case.follow_closed")
    desk.new_contacts.append(sealed_contact(case, reporter, kind=Contact.Kind.FOLLOWER, token=token, at=recorded_at))
    case.follower_count += 1
    desk.add_step(move="follow", state_from=case.state, by=by, at=at, recorded_at=recorded_at, body={})
    return put_down(desk)

"""The month of cases, written by the bulk twins a day at a time, the newest day first."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gridward.accounts.models import Body, Grant, User
from gridward.areas.models import Division
from gridward.cases.actions.book import HistoryBook
from gridward.cases.actions.bulk import CaseBatch, uncollected
from gridward.cases.actions.contacts import LINK_LIFE_AFTER_CLOSING, Reporter, new_token
from gridward.cases.actions.reporting import Report
from gridward.cases.models import Case, Category
from gridward.cases.queries.components import class_of
from gridward.core.actor import Actor
from gridward.core.calendar.due import next_opening
from gridward.core.calendar.holidays import DayKind
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.demo.actions.drawings import Drawings
from gridward.demo.actions.ground import Ground, name_places
from gridward.demo.actions.people import SINCE, Staff
from gridward.demo.content import table
from gridward.demo.month.fates import Fate, Next
from gridward.demo.month.places import Places, Spot
from gridward.demo.month.rhythm import day_of, moments
from gridward.demo.month.standing import Standing
from gridward.demo.month.words import Words
from gridward.demo.town import grow
from gridward.districts.models import CalendarDay, District
from gridward.districts.queries import zone_of
from gridward.grids.models import Grid

CHUNK = 40
MOST_MOVES = 60
CONTACTS = 0.8
RELEASED = 0.2
DAYS = 30


@dataclass(slots=True)
class Month:
    """Everything that a day is grown from; built once a process."""

    seed: int
    ground: Ground
    staff: Staff
    places: Places
    book: HistoryBook
    categories: dict[tuple[str, str, str], Category]
    off: frozenset[date]
    drawings: Drawings
    standing: Standing
    load: float = 1.0


def staff_of(district: District, ground: Ground) -> Staff:
    """Who works where, read back from the rows."""
    staff = Staff()
    bodies = {body.pk: body for body in Body.objects.filter(district=district)}
    staff.bodies = {body.code: body for body in bodies.values()}
    offices = {area.pk: index for index, area in enumerate(ground.subdistricts)}
    committees = {area.pk: index for index, area in enumerate(ground.communities)}
    for body in bodies.values():
        if body.division_id in offices and body.kind == Body.Kind.SUBDISTRICT_OFFICE:
            staff.offices[offices[body.division_id]] = body
        if body.division_id in committees and body.kind == Body.Kind.RESIDENTS_COMMITTEE:
            staff.committees[committees[body.division_id]] = body
    cast = set(table_of_cast())
    for grant in Grant.objects.filter(district=district).select_related("user").order_by("pk"):
        if grant.user.username in cast:
            continue
        staff.by_role.setdefault((grant.body_id, grant.role), []).append(grant.user)
        if grant.role == Role.GRID_WORKER and grant.scope.startswith("grid:"):
            staff.of_grid[int(grant.scope.removeprefix("grid:"))] = grant.user
    staff.cast = {user.username: user for user in User.objects.filter(district=district, username__in=cast)}
    return staff


def table_of_cast() -> list[str]:
    """Sign-in names of the cast: they leave no trace in the grown month."""
    return ["ada", "cleo", "zhao", "dev", "ben", "eva", "gao", "deng", "cai", "lin", "shu", "hui", "wen", "pan", "sun",
            "nie", "ivy", "finn"]  # fmt: skip


def ground_of(district: District, seed: int) -> Ground:
    """The ground of a database that was grown before: the same seed, the same town."""
    town = grow(seed)
    rows = Division.objects.filter(district=district)
    middle = list(rows.filter(level="subdistrict").order_by("pk"))
    low = list(rows.filter(level="community").order_by("pk"))
    return Ground(
        town, district, middle, low, list(Grid.objects.filter(district=district).order_by("pk")), *name_places(town)
    )


def month_of(district: District, seed: int, load: float = 1.0) -> Month:
    """Read what the month needs; ``load`` is how many times the usual number of reports a day brings."""
    ground = ground_of(district, seed)
    return Month(
        seed=seed, ground=ground, staff=staff_of(district, ground),
        places=Places(ground, random.Random(f"places {seed}")), book=HistoryBook(district),
        categories={(c.scheme, c.kind, c.code): c for c in Category.objects.filter(district=district)},
        off=days_off(district), drawings=Drawings(district), standing=Standing(district),
        load=load,
    )  # fmt: skip


def days_off(district: District) -> frozenset[date]:
    """The holidays of the district's calendars."""
    rows = CalendarDay.objects.filter(district=district, kind=DayKind.HOLIDAY.value, retired_at__isnull=True)
    return frozenset(rows.values_list("day", flat=True))


def _uuid(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def _reporter(channel: str, rng: random.Random) -> Reporter | None:
    """An invented reporter: names and numbers that cannot exist."""
    if channel == "grid_worker" or rng.random() > CONTACTS:
        return None
    people = table("people")
    name = rng.choice(people["surnames"]) + rng.choice(people["given_names"])
    answer = {"phone": "phone", "counter": "counter", "hotline": "phone"}.get(channel, "link")
    return Reporter(name, f"0000-{rng.randrange(10**7):07}", "", answer)


def _report(
    month: Month, row: dict[str, str], spot: Spot, rng: random.Random, client_uuid: uuid.UUID
) -> Report:  # fmt: skip
    category = month.categories[row["scheme"], row["kind"], row["code"]]
    complained = None
    if category.is_about_body:
        complained = rng.choice([b for b in month.staff.bodies.values() if b.parent_id]).pk
    return Report(
        client_uuid=client_uuid, channel=row["channel"], category_id=category.pk,
        description=row["text"].replace("{place}", spot.short), place=spot.words, position=(spot.lon, spot.lat),
        token=new_token(), reporter=_reporter(row["channel"], rng), complained_body_id=complained,
        component_id=month.standing.beside(class_of(category), spot.lon, spot.lat),
    )  # fmt: skip


def _teller(month: Month, channel: str, spot: Spot, rng: random.Random) -> Actor:
    """Who types the report in."""
    district_id, centre = month.book.district.pk, month.staff.bodies["centre"]
    committee = month.staff.committees[spot.community]
    if channel == "grid_worker":
        located = month.book.locate(spot.lon, spot.lat, SINCE)
        user = month.staff.of_grid.get(located.grid_id or 0)
        if user:
            return Actor(user.pk, Role.GRID_WORKER, committee.pk, district_id)
    if channel == "online":
        return Actor(None, Role.RESIDENT, None, district_id)
    if channel == "counter":
        user = rng.choice(month.staff.by_role[committee.pk, Role.COMMUNITY_SECRETARY])
        return Actor(user.pk, Role.COMMUNITY_SECRETARY, committee.pk, district_id)
    role = Role.HOTLINE_OPERATOR if channel in ("phone", "hotline") else Role.ACCEPTOR
    return Actor(rng.choice(month.staff.by_role[centre.pk, role]).pk, role, centre.pk, district_id)


def live(batch: CaseBatch, fate: Fate, until: datetime) -> None:
    """Let a case live on until now, one move after the other."""
    for _ in range(MOST_MOVES):
        step: Next | None = fate.next()
        if step is None or step.at >= until:
            return
        try:
            batch.move(fate.desk, step.move, step.given, by=step.by, at=step.at)
        except RuleBroken:
            return


@dataclass(frozen=True, slots=True)
class Told:
    """A report before it is made: when, and in which words."""

    at: datetime
    row: dict[str, str]


def one_life(
    month: Month, batch: CaseBatch, told: Told, words: Words, rng: random.Random, until: datetime, name: uuid.UUID
) -> None:  # fmt: skip
    """One report and what became of it."""
    spot, row = month.places.draw(rng), told.row
    by = _teller(month, row["channel"], spot, rng)
    at = next_on_duty(month, spot, told.at) if by.role == Role.GRID_WORKER else told.at
    report = _report(month, row, spot, rng, name)
    if at >= until:
        return
    desk = batch.report(report, by=by, at=at)
    live(batch, Fate(desk, spot, words, month.staff, rng), until)
    month.drawings.hang(desk, rng)
    is_over = desk.case.state in ("closed", "evaluated") and not desk.case.reopen_count
    desk.case.is_released = is_over and desk.case.category.is_shown_nearby and rng.random() < RELEASED
    link_ended = (desk.case.closed_at or until) + LINK_LIFE_AFTER_CLOSING
    if link_ended < until:
        batch.purge(desk, at=link_ended + timedelta(minutes=1))


def next_on_duty(month: Month, spot: Spot, at: datetime) -> datetime:
    """A grid worker reports while on shift."""
    calendar = month.book.shifts(month.staff.committees[spot.community], at, is_urgent=False)
    return next_opening(at, calendar)


def day_told(month: Month, on: date, until: datetime, most: int = CHUNK) -> list[list[Told]]:
    """The day's reports before they are made, in chunks; the same however often it is asked."""
    day = day_of(on, month.seed, month.off, month.load)
    deck = Words(random.Random(f"deck {month.seed} {on}"), day.is_wet)
    told = [Told(at, deck.report()) for at in moments(day, month.seed, zone_of(month.book.district))]
    told = [one for one in told if one.at < until]
    return [told[first : first + most] for first in range(0, len(told), most)]


def chunk_rng(month: Month, on: date, number: int) -> random.Random:
    """The chance of a chunk; the first it draws is the name of the chunk's first case."""
    return random.Random(f"chunk {month.seed} {on} {number}")


def day_is_whole(month: Month, on: date, until: datetime, most: int) -> bool:
    """Whether every chunk of a day was written: the first case of each tells."""
    firsts = {_uuid(chunk_rng(month, on, number)) for number, _ in enumerate(day_told(month, on, until, most))}
    return Case.objects.filter(client_uuid__in=firsts).count() == len(firsts)


def grow_chunk(month: Month, on: date, number: int, chunk: list[Told], until: datetime) -> None:
    """Some of a day's cases: lived in memory without a lock, written in one short transaction.

    A chunk that was written before, and then cut off from its report, is not written twice: its first case tells.
    """
    rng = chunk_rng(month, on, number)
    names = [_uuid(rng) for _ in chunk]
    if Case.objects.filter(client_uuid__in=names[:1]).exists():
        return
    with uncollected():
        words, batch = Words(rng, False), CaseBatch(month.book, len(chunk), rng)
        for told, name in zip(chunk, names, strict=True):
            one_life(month, batch, told, words, rng, until, name)
        first = batch.desks[0].case.client_uuid if batch.desks else None
        if first is None or Case.objects.filter(client_uuid=first).exists():
            return
        batch.write()
    month.drawings.count()


def grow_day(
    month: Month, on: date, until: datetime, rest: Callable[[], None] = lambda: None, most: int = CHUNK
) -> None:  # fmt: skip
    """One day's cases; ``rest`` is called between chunks of ``most``, so that others come to write."""
    for number, chunk in enumerate(day_told(month, on, until, most)):
        grow_chunk(month, on, number, chunk, until)
        rest()


def days_back(today: date, days: int = DAYS) -> list[date]:
    """Today first."""
    return [today - timedelta(days=n) for n in range(days)]

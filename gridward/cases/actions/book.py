"""What a desk looks up while it moves cases: rows of the district, each read at most once in the book's life."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet

from gridward.accounts.models import Body
from gridward.accounts.queries import holders_of
from gridward.areas.models import Division
from gridward.cases.ladders import ladder_of
from gridward.cases.models import Case, Category, Standard
from gridward.cases.queries.calendars import (
    calendar_of_shifts,
    calendar_row,
    core_calendar,
    held_on,
    shift_calendar,
    shifts_of,
)
from gridward.cases.queries.choices import in_force
from gridward.cases.queries.passing import passing_of
from gridward.cases.queries.recomputing import version_ends
from gridward.cases.queries.routing import Bodies, Routing, bodies_of, live_rules
from gridward.core.calendar.working import WorkingCalendar
from gridward.core.errors import RuleBroken
from gridward.core.workflow.ladder import Ladder
from gridward.core.workflow.roles import Role
from gridward.districts import models as districts
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.duties.models import Shift
from gridward.duties.queries.absences import covers_on
from gridward.duties.queries.listed import Passing, WholeList, whole_list
from gridward.gpkg.prepared import Prepared
from gridward.grids.models import Grid
from gridward.grids.queries import Located, Locator, locate
from gridward.registers.models import Component
from gridward.registers.queries import in_use
from gridward.work import clock

M = TypeVar("M", bound=Model)


@cache
def _rows_of(model: type[Model]) -> Prepared[Model]:
    """Bodies are read with the calendar that their clocks run on."""
    rows = model._default_manager.all()
    rows = rows.select_related("calendar") if model is Body else rows
    return Prepared(lambda pk: rows.filter(pk=pk))


@lru_cache(maxsize=8)
def _handlers_on(day: date) -> Prepared[Any]:
    """Who holds the handler's role in a district on a day, and in which body."""
    return Prepared(lambda pk: handlers_on(pk, day))


def handlers_on(district_id: int, day: date) -> QuerySet[Any, tuple[int, str]]:
    return holders_of(district_id, Role.HANDLER, day).values_list("user_id", "body__path")


CENTRES = Prepared(
    lambda pk: Body.objects.filter(district_id=pk, parent__isnull=True).select_related("calendar").order_by("pk")[:1]
)


class Book:
    """One per action, or one for a whole bulk run: it never outlives the transaction that it serves."""

    def __init__(self, district: District) -> None:
        self.district = district
        self._rows: dict[tuple[type[Model], int], Model] = {}
        self._standards: dict[int, list[Standard]] = {}
        self._calendars: dict[int | None, districts.WorkingCalendar] = {}
        self._shifts: dict[tuple[int | None, date, bool], WorkingCalendar] = {}
        self._handlers: dict[date, dict[int, list[str]]] = {}
        self._covers: dict[date, dict[int, int | None]] = {}
        self._passing: dict[tuple[int, int | None, date], Passing] = {}

    def category(self, pk: int) -> Category:
        return self._row(Category, pk)

    def standard(self, pk: int) -> Standard:
        return self._row(Standard, pk)

    def standards_of(self, category_id: int) -> list[Standard]:
        """The standards of a category in force, in their order."""
        if category_id not in self._standards:
            today = in_force(local_day(self.district, clock.now()))
            rows = Standard.objects.filter(today, district=self.district, category_id=category_id)
            self._standards[category_id] = list(rows.order_by("n"))
        return self._standards[category_id]

    def body(self, pk: int) -> Body:
        return self._row(Body, pk)

    def case(self, pk: int) -> Case:
        """Another case of the district, for joining to it: locked by whoever moves both (see ``moving``)."""
        found = Case.objects.filter(pk=pk, district_id=self.district.pk).first()
        if found is None:
            raise RuleBroken("case.choice_unknown")
        return found

    def grid(self, pk: int) -> Grid:
        return self._row(Grid, pk)

    def subdistrict_of(self, community_id: int | None) -> int | None:
        return self._row(Division, community_id).parent_id if community_id else None

    def _row(self, model: type[M], pk: int) -> M:
        """A row of this district; one of another district is as unknown as one that never was."""
        key = (model, pk)
        if key not in self._rows:
            found = _rows_of(model).rows(pk)
            if not found or found[0].district_id != self.district.pk:  # type: ignore[attr-defined]
                raise RuleBroken("case.choice_unknown")
            self._rows[key] = found[0]
        return cast(M, self._rows[key])

    @cached_property
    def centre(self) -> Body | None:
        """The district's own centre, on whose shifts the stage clocks of acceptance and dispatch run."""
        return next(iter(CENTRES.rows(self.district.pk)), None)

    def calendar_row(self, body: Body | None = None) -> districts.WorkingCalendar:
        """The calendar of a body, else the district's usual one."""
        own = body.calendar_id if body is not None else None
        if own not in self._calendars:
            self._calendars[own] = calendar_row(self.district, body)
        return self._calendars[own]

    def calendar(self, body: Body | None = None) -> WorkingCalendar:
        return core_calendar(self.calendar_row(body))

    @cached_property
    def ladder(self) -> Ladder:
        """Who is told when a limit nears its end and after it."""
        return ladder_of(self.district.code6)

    @cached_property
    def version_ends(self) -> dict[tuple[int, int], datetime]:
        return version_ends(self.district.pk)

    def shifts(self, body: Body | None, at: datetime, *, is_urgent: bool) -> WorkingCalendar:
        """When somebody of the body who may hold a case is on duty."""
        key = (body.pk if body else None, at.date(), is_urgent)
        if key not in self._shifts:
            self._shifts[key] = shift_calendar(self.district, body, at, is_urgent=is_urgent)
        return self._shifts[key]

    def is_handler_of(self, user_id: int, body: Body, day: date) -> bool:
        """Whether a person holds the handler's role in the body or one below it."""
        if day not in self._handlers:
            found: dict[int, list[str]] = {}
            for holder, path in self._handlers_on(day):
                found.setdefault(holder, []).append(path)
            self._handlers[day] = found
        return any(path.startswith(body.path) for path in self._handlers[day].get(user_id, ()))

    def day(self, at: datetime) -> date:
        return local_day(self.district, at)

    def covers(self, at: datetime) -> dict[int, int | None]:
        """Who is away on the day of a moment, and who stands in."""
        day = self.day(at)
        if day not in self._covers:
            self._covers[day] = covers_on(self.district.pk, day)
        return self._covers[day]

    @cached_property
    def listed(self) -> WholeList | None:
        """What is passed to communities; one case asks for its own matter."""
        return None

    def passing(self, case: Case, at: datetime) -> Passing:
        """Whether a matter may be passed to a community at its place."""
        key = (case.category_id, case.subdistrict_id, local_day(self.district, at))
        if key not in self._passing:
            self._passing[key] = passing_of(case, key[2], self.listed)
        return self._passing[key]

    def _handlers_on(self, day: date) -> Iterable[tuple[int, str]]:
        return _handlers_on(day).rows(self.district.pk)

    @cached_property
    def routing(self) -> Routing | None:
        """The live routing rules; none where the district has none of its own."""
        n, rules = live_rules(self.district.pk)
        return Routing(self.district, n, rules, self.calendar(), self.routing_bodies()) if rules else None

    def routing_of(self, case: Case) -> Routing | None:
        """What proposes a body for a case: the rules, or who keeps the component that was chosen."""
        if self.routing is not None or case.component_id is None:
            return self.routing
        return Routing(self.district, 0, (), self.calendar(), self.routing_bodies())

    def component(self, pk: int) -> Component:
        """One that is in the register and not gone."""
        found = in_use(self.district).filter(pk=pk).first()
        if found is None:
            raise RuleBroken("case.choice_unknown")
        return found

    def routing_bodies(self) -> Bodies | None:
        """One case asks for the bodies that its rules name."""
        return None

    def locate(self, lon: float, lat: float, day: date) -> Located:
        return locate(self.district, lon, lat, day=day)


class HistoryBook(Book):
    """A book for thousands of cases that are grown or brought over: places and shifts cost no statement each."""

    def __init__(self, district: District) -> None:
        super().__init__(district)
        self._locator = Locator(district)
        self._shifts_of: dict[int, list[Shift]] = {}
        self._shared: dict[tuple[int, ...], WorkingCalendar] = {}

    def locate(self, lon: float, lat: float, day: date) -> Located:
        return self._locator.locate(lon, lat, day=day)

    @cached_property
    def listed(self) -> WholeList | None:
        return whole_list(self.district.pk)

    def _handlers_on(self, day: date) -> Iterable[tuple[int, str]]:
        """Each of hundreds of days is asked for once."""
        return handlers_on(self.district.pk, day)

    def routing_bodies(self) -> Bodies:
        return bodies_of(self.district.pk)

    def shifts(self, body: Body | None, at: datetime, *, is_urgent: bool) -> WorkingCalendar:
        """Days with the same shifts share one calendar, whose years are laid out once."""
        if body is None:
            return self.calendar()
        key = (body.pk, at.date(), is_urgent)
        if key not in self._shifts:
            if body.pk not in self._shifts_of:
                self._shifts_of[body.pk] = shifts_of(body)
            rows = held_on(self._shifts_of[body.pk], at.date(), is_urgent=is_urgent)
            alike = (body.pk, *(row.pk for row in rows))
            if alike not in self._shared:
                self._shared[alike] = calendar_of_shifts(self.calendar(body), body, rows)
            self._shifts[key] = self._shared[alike]
        return self._shifts[key]

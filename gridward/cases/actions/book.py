"""What a desk looks up while it moves cases: rows of the district, each read at most once in the book's life."""

from datetime import date, datetime
from functools import cached_property

from gridward.accounts.models import Body
from gridward.accounts.queries import holders_of
from gridward.areas.models import Division
from gridward.cases.models import Category, Standard
from gridward.cases.queries.calendars import calendar_row, core_calendar, shift_calendar
from gridward.core.calendar.working import WorkingCalendar
from gridward.core.workflow.roles import Role
from gridward.districts import models as districts
from gridward.districts.models import District
from gridward.grids.queries import Located, locate


class Book:
    """One per action, or one for a whole bulk run: it never outlives the transaction that it serves."""

    def __init__(self, district: District) -> None:
        self.district = district
        self._rows: dict[tuple[str, int], object] = {}
        self._standards: dict[int, list[Standard]] = {}
        self._calendars: dict[int | None, districts.WorkingCalendar] = {}
        self._shifts: dict[tuple[int | None, date, bool], WorkingCalendar] = {}
        self._handlers: dict[date, dict[int, list[str]]] = {}

    def category(self, pk: int) -> Category:
        return self._row("category", Category, pk)

    def standard(self, pk: int) -> Standard:
        return self._row("standard", Standard, pk)

    def standards_of(self, category_id: int) -> list[Standard]:
        """The standards of a category in force, in their order."""
        if category_id not in self._standards:
            rows = Standard.objects.filter(
                district=self.district, category_id=category_id, retired_at__isnull=True, valid_to__isnull=True
            )
            self._standards[category_id] = list(rows.order_by("n"))
        return self._standards[category_id]

    def body(self, pk: int) -> Body:
        return self._row("body", Body, pk)

    def subdistrict_of(self, community_id: int | None) -> int | None:
        return self._row("division", Division, community_id).parent_id if community_id else None

    def _row(self, kind: str, model: type, pk: int):  # type: ignore[no-untyped-def]
        key = (kind, pk)
        if key not in self._rows:
            self._rows[key] = model._default_manager.get(pk=pk, district_id=self.district.pk)
        return self._rows[key]

    @cached_property
    def centre(self) -> Body | None:
        """The district's own centre, on whose shifts the stage clocks of acceptance and dispatch run."""
        return Body.objects.filter(district=self.district, parent__isnull=True).order_by("pk").first()

    def calendar_row(self, body: Body | None = None) -> districts.WorkingCalendar:
        """The calendar of a body, else the district's usual one."""
        own = body.calendar_id if body is not None else None
        if own not in self._calendars:
            self._calendars[own] = calendar_row(self.district, body)
        return self._calendars[own]

    def calendar(self, body: Body | None = None) -> WorkingCalendar:
        return core_calendar(self.calendar_row(body))

    def shifts(self, body: Body | None, at: datetime, *, is_urgent: bool) -> WorkingCalendar:
        """When somebody of the body who may hold a case is on duty."""
        key = (body.pk if body else None, at.date(), is_urgent)
        if key not in self._shifts:
            self._shifts[key] = shift_calendar(self.district, body, at, is_urgent=is_urgent)
        return self._shifts[key]

    def is_handler_of(self, user_id: int, body: Body, day: date) -> bool:
        """Whether a person holds the handler's role in the body or one below it."""
        if day not in self._handlers:
            grants = holders_of(self.district.pk, Role.HANDLER, day).values_list("user_id", "body__path")
            found: dict[int, list[str]] = {}
            for holder, path in grants:
                found.setdefault(holder, []).append(path)
            self._handlers[day] = found
        return any(path.startswith(body.path) for path in self._handlers[day].get(user_id, ()))

    def locate(self, lon: float, lat: float, day: date) -> Located:
        return locate(self.district, lon, lat, day=day)

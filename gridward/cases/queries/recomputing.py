"""Open clocks that run on a former version of their calendar, until they are recomputed."""

from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from gridward.cases.models import Case, CaseClock
from gridward.cases.queries.calendars import USUAL
from gridward.cases.queries.facts import OPEN
from gridward.districts.models import WorkingCalendar
from gridward.work.models import Run

KIND = "cases.recompute_clocks"


def with_version_today(clocks: QuerySet[CaseClock]) -> QuerySet[CaseClock]:
    """Each clock with the version of its calendar today: its body's own calendar, else the district's usual one."""
    usual = WorkingCalendar.objects.filter(district=OuterRef("district"), code=USUAL).values("version")
    return clocks.annotate(version_today=Coalesce("body__calendar__version", Subquery(usual)))


def is_due_anew(row: CaseClock) -> bool:
    """Whether a clock read ``with_version_today`` is open and due by a former version."""
    return row.state in OPEN and row.calendar_version != getattr(row, "version_today", row.calendar_version)


def clocks_behind(clocks: QuerySet[CaseClock]) -> QuerySet[CaseClock]:
    """The open ones that are due by a former version."""
    return with_version_today(clocks.filter(state__in=OPEN)).exclude(calendar_version=F("version_today"))


def cases_behind(district_id: int) -> list[int]:
    """Ids of the cases with such a clock, in the order in which they are locked."""
    rows = clocks_behind(CaseClock.objects.filter(case__district_id=district_id, case__is_open=True))
    return sorted(set(rows.values_list("case_id", flat=True)))


def is_behind(case: Case) -> bool:
    """Whether what is shown as due may still move."""
    return case.is_open and clocks_behind(CaseClock.objects.filter(case=case)).exists()


def cases_to_recompute(district_id: int) -> int:
    """For how many cases the work after the last change of a calendar has not been done yet."""
    last = Run.objects.filter(district_id=district_id, kind=KIND).order_by("-pk").first()
    return 0 if last is None or last.state == Run.State.DONE else max(last.total - last.progress, 0)


def version_ends(district_id: int) -> dict[tuple[int, int], datetime]:
    """When each version of a calendar, by (id, version), gave way to the next."""
    asked = Run.objects.filter(district_id=district_id, kind=KIND).values_list("arguments", "recorded_at")
    return {(told["calendar"], told["version"] - 1): at for told, at in asked}

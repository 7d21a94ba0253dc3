"""The list and the map of cases: the same filters, kept in the URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet
from django.utils.timezone import get_current_timezone

from gridward.cases.models import Case, Category
from gridward.cases.models.category import Family
from gridward.cases.queries.searching import newest_found, saying
from gridward.core.workflow.parse import load, names
from gridward.districts.models import District
from gridward.grids.queries.layers import outline_box
from gridward.web.maps import Box
from gridward.web.paging import Page, page_after

PAGE = 25
CARD = ("category", "body", "subdistrict", "community", "district")
MAP_MOST = 600
MOST_NAMED = 1000
FIRST_YEAR, LAST_YEAR = 1900, 2999
DRAWN = ("number", "place", "position", "family", "state", "is_open", "is_urgent", "due_at", "clock_from",
         "category_id", "district_id")  # fmt: skip
NAMES = ("name_zh", "name_en", "public_zh", "public_en")
STATES = frozenset(state for name in names() for state in load(name).states)
STAGES = tuple("1234567")
CONDITIONS = ("open", "late", "due_today", "reopened", "disputed", "suspended", "closed", "special", "unsolved", "all")


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the URL asks for; unknown values are left out rather than refused."""

    words: str = ""
    family: str = ""
    condition: str = "open"
    stage: int = 0
    state: str = ""
    subdistrict: str = ""
    community: str = ""
    body: str = ""
    grid: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "CaseFilter":
        """From a query string."""
        text = {name: str(values.get(name, ""))[:80].strip() for name in ("subdistrict", "community", "body", "grid")}
        condition, stage = values.get("condition", "open"), str(values.get("stage", ""))
        return cls(
            words=str(values.get("q", ""))[:80].strip(),
            family=values.get("family", "") if values.get("family") in Family.values else "",
            condition=condition if condition in CONDITIONS else "open",
            stage=int(stage) if stage in STAGES else 0,
            state=values.get("state", "") if values.get("state") in STATES else "",
            channel=values.get("channel", "") if values.get("channel") in Case.Channel.values else "",
            since=_day(values.get("since")), until=_day(values.get("until")), **text,
        )  # fmt: skip


def _day(text: Any) -> date | None:
    """A day of these centuries: others have no midnight in every zone."""
    try:
        day = date.fromisoformat(str(text or ""))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _condition(condition: str, at: datetime, tomorrow: datetime) -> Q:
    """The sets that the overview counts, so that every number opens its cases."""
    return {
        "all": Q(),
        "open": Q(is_open=True),
        "closed": Q(is_open=False),
        "late": Q(is_open=True, due_at__lt=at),
        "due_today": Q(is_open=True, due_at__gte=at, due_at__lt=tomorrow),
        "reopened": Q(is_open=True, reopen_count__gt=0),
        "disputed": Q(is_open=True, state="disputed"),
        "suspended": Q(is_open=True, state="suspended"),
        "special": Q(is_open=False, state="forced_closed"),
        "unsolved": Q(is_open=False, state="closed_unresolved"),
    }[condition]


def matching(rows: QuerySet[Case], wish: CaseFilter, *, at: datetime, tomorrow: datetime) -> QuerySet[Case]:
    """Visible cases narrowed to what the filter says, its words left to be asked."""
    rows = rows.filter(_condition(wish.condition, at, tomorrow))
    exact = {
        "family": wish.family, "stage": wish.stage, "state": wish.state, "channel": wish.channel,
        "subdistrict__code": wish.subdistrict, "community__code": wish.community, "body__code": wish.body,
        "grid__code": wish.grid,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wish.since:
        rows = rows.filter(reported_at__gte=_midnight(wish.since))
    if wish.until:
        rows = rows.filter(reported_at__lt=_midnight(wish.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    """The beginning of a day in the reader's zone, so that the index on reported_at is used."""
    return datetime.combine(day, time.min, tzinfo=get_current_timezone())


def is_number(words: str) -> bool:
    """Whether it has the form of a whole case number."""
    return len(words) == 19 and words.isascii() and words.isdigit()


def _covers(box: Box, inner: Box) -> bool:
    return box[0] <= inner[0] and box[1] <= inner[1] and box[2] >= inner[2] and box[3] >= inner[3]


@dataclass(frozen=True, slots=True)
class Found:
    """The cases of a filter: ``rows`` with the ``words`` still to be asked of them, and how many, up to a thousand."""

    rows: QuerySet[Case]
    words: str = ""
    total: int = 0

    @property
    def saying(self) -> QuerySet[Case]:
        """The rows that say the words, to be walked in an order of their own."""
        return saying(self.rows, self.words) if self.words else self.rows


def drawn_cases(found: Found, district: District, box: Box | None) -> list[Case]:
    """As many cases as a map of a box holds, the newest first, with no more of each than it shows."""
    placed = found.rows.filter(position__isnull=False)
    if box and not _covers(box, outline_box(district)):
        placed = placed.filter(position__intersects=Polygon.from_bbox(box))
    if found.words:
        placed = Case.objects.filter(pk__in=newest_found(placed, found.words, MAP_MOST))
    drawn = list(placed.only(*DRAWN).order_by("-reported_at", "-pk")[:MAP_MOST])
    categories = Category.objects.only(*NAMES).in_bulk({case.category_id for case in drawn})
    for case in drawn:
        case.district, case.category = district, categories[case.category_id]
    return drawn


def narrowed(rows: QuerySet[Case], words: str = "") -> Found:
    """These cases and their number, up to a thousand; few are named by their ids.

    Looking for the newest of few among very many, SQLite would walk all of them from the newest on.
    """
    most = MOST_NAMED + 1
    pks = newest_found(rows, words, most) if words else list(rows.order_by().values_list("pk", flat=True)[:most])
    if len(pks) < most:
        return Found(Case.objects.filter(pk__in=pks), total=len(pks))
    return Found(rows, words, len(pks))


def page_of(found: Found, token: str) -> Page:
    """The newest first, by keys (reported_at, id), so that page 40,000 costs what page 1 does."""
    ordered = found.saying.order_by("-reported_at", "-pk")

    def after(key: Any | None, most: int) -> Sequence[Case]:
        wanted = ordered
        if key:
            moment = datetime.fromisoformat(key[0])
            wanted = wanted.filter(Q(reported_at__lt=moment) | Q(reported_at=moment, pk__lt=key[1]))
        return wanted.select_related(*CARD)[:most]

    return page_after(after, lambda case: [case.reported_at.isoformat(), case.pk], token, PAGE, counted=found.total)

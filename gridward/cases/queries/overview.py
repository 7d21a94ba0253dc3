"""总览: five counts that open their cases, the same by subdistrict, and at most seven cases that need a look."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from gridward.areas.models import Division
from gridward.cases.models import Case, CaseRequest
from gridward.cases.models.rollup import NONE
from gridward.cases.queries.figures import TABLE, Area, stock
from gridward.cases.queries.yearbook import open_states
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import Stage
from gridward.districts.models import District

MOST_CASES = 7
LONG_TOLD = timedelta(days=30)
FOLLOWERS = 5
AGAIN_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Counts:
    """Open cases of the viewer's area by what a leader asks about."""

    open: int
    due_today: int
    late: int
    reopened: int
    disputed: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One subdistrict, in code order: never ranked."""

    division: Division
    open: int
    due_today: int
    late: int


@dataclass(frozen=True, slots=True)
class Concern:
    """A case that a published rule chose; ``rule`` is spoken by the page, with ``number``."""

    case: Case
    rule: str
    number: int


def _sums(at: datetime, tomorrow: datetime) -> dict[str, Count]:
    return {
        "open": Count("pk"),
        "due_today": Count("pk", filter=Q(due_at__gte=at, due_at__lt=tomorrow)),
        "late": Count("pk", filter=Q(due_at__lt=at)),
        "reopened": Count("pk", filter=Q(reopen_count__gt=0)),
        "disputed": Count("pk", filter=Q(state="disputed")),
    }


def counts(rows: QuerySet[Case], *, at: datetime, tomorrow: datetime) -> Counts:
    """Five counts in one statement."""
    return Counts(**rows.filter(is_open=True).order_by().aggregate(**_sums(at, tomorrow)))


def area_rows(district: District, rows: QuerySet[Case], *, at: datetime, tomorrow: datetime) -> list[AreaRow]:
    """The counts of each subdistrict that the viewer sees cases of, in code order."""
    found = rows.filter(is_open=True, subdistrict__isnull=False).order_by().values("subdistrict_id")
    sums = {row["subdistrict_id"]: row for row in found.annotate(**_sums(at, tomorrow))}
    areas = Division.objects.filter(district=district, level=Division.Level.SUBDISTRICT, is_in_use=True)
    return [
        AreaRow(area, row["open"], row["due_today"], row["late"])
        for area in areas.order_by("sort_key")
        if (row := sums.get(area.pk))
    ]


def concerns(rows: QuerySet[Case], *, at: datetime) -> list[Concern]:
    """At most seven cases by the published rules, each rule in turn giving its worst one."""
    rows = rows.filter(is_open=True).select_related("category", "subdistrict", "district", "body")
    chosen: dict[int, Concern] = {}
    rules = [iter(rule) for rule in _rules(rows, at)]
    while rules and len(chosen) < MOST_CASES:
        for rule in list(rules):
            concern = next((c for c in rule if c.case.pk not in chosen), None)
            if concern is None:
                rules.remove(rule)
            elif len(chosen) < MOST_CASES:
                chosen[concern.case.pk] = concern
    return list(chosen.values())


def _rules(rows: QuerySet[Case], at: datetime) -> list[Iterable[Concern]]:
    """Nobody takes it on · long late · closed and opened again · the same again · many people · long since told."""
    asked = CaseRequest.objects.filter(case=OuterRef("pk"), kind="extend", state="refused")
    earlier = Case.objects.filter(
        district_id=OuterRef("district_id"), category_id=OuterRef("category_id"), place=OuterRef("place"),
        reported_at__lt=OuterRef("reported_at"), reported_at__gte=OuterRef("reported_at") - AGAIN_WITHIN,
    ).exclude(place="")  # fmt: skip
    top = MOST_CASES
    disputed = rows.filter(state="disputed").order_by("told_at")[:top]
    late = rows.filter(due_at__lt=at).order_by("due_at")[:top]
    refused = rows.filter(Exists(asked), due_at__lt=at).order_by("due_at")[:top]
    reopened = rows.filter(reopen_count__gt=0).order_by("-reopen_count", "told_at")[:top]
    again = rows.filter(Exists(earlier)).order_by("due_at")[:top]
    followed = rows.filter(follower_count__gte=FOLLOWERS).order_by("-follower_count")[:top]
    told = rows.filter(told_at__lt=at - LONG_TOLD).order_by("told_at")[:top]
    return [
        (Concern(case, "disputed", (at - case.told_at).days) for case in disputed),
        (Concern(case, "extension_refused", case.extension_count) for case in refused),
        (Concern(case, "late", int((at - (case.due_at or at)).total_seconds() // 3600)) for case in late),
        (Concern(case, "reopened", case.reopen_count) for case in reopened),
        (Concern(case, "again", 30) for case in again),
        (Concern(case, "followed", case.follower_count + 1) for case in followed),
        (Concern(case, "told", (at - case.told_at).days) for case in told),
    ]


def by_stage(rows: QuerySet[Case], area: Area | None) -> list[tuple[Stage, int]]:
    """How many open cases stand in each of the seven stages, of those that the viewer sees: from the kept counts where
    there are any, and complaints about a body, which these do not place, one by one.
    """
    live = rows.filter(is_open=True) if area is None else rows.filter(is_open=True, complained_body__isnull=False)
    found: Counter[str] = Counter(dict(live.order_by().values_list("state").annotate(n=Count("pk"))))
    if area is not None:
        kept = stock(area, ("state",), states=open_states(), community_id__gte=NONE)
        found.update({state: n for (state,), n in kept.items()})
    table = load(TABLE)
    stages = Counter(dict.fromkeys(range(1, 8), 0))
    for state, n in found.items():
        stages[table.state(state).stage.number] += n
    return [(stage, stages[stage.number]) for stage in table.stages]


def by_duty_load(rows: QuerySet[Case], area: Area | None) -> list[tuple[str, int]]:
    """How many duty grids hold 0–4, 5–9 … open cases; groups of fewer than five grids are merged upwards."""
    if area is not None:
        loads = stock(area, ("grid",), states=open_states(), grid_id__gt=NONE).values()
    else:
        held = rows.filter(is_open=True, duty_grid__isnull=False).order_by().values_list("duty_grid_id")
        loads = dict(held.annotate(n=Count("pk"))).values()
    return _merged(Counter(n // 5 for n in loads))


def _merged(sizes: Mapping[int, int]) -> list[tuple[str, int]]:
    bars: list[tuple[int, int, int]] = []
    for group in sorted(sizes):
        if bars and bars[-1][2] < 5:
            low, _, count = bars.pop()
            bars.append((low, group * 5 + 4, count + sizes[group]))
        else:
            bars.append((group * 5, group * 5 + 4, sizes[group]))
    if len(bars) > 1 and bars[-1][2] < 5:
        _, high, count = bars.pop()
        low, _, before = bars.pop()
        bars.append((low, high, before + count))
    return [(f"{low}–{high}", count) for low, high, count in bars if count >= 5]

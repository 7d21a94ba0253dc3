"""What is derived about cases, compared with its source."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import Count, F, Max, Min, Q, Sum
from django.db.models.functions import Coalesce

from gridward.cases.actions.searching import index_after
from gridward.cases.models import Case, CaseClock, CaseInGrid, CaseStep, Contact, SearchText
from gridward.cases.queries.counted import Happened, Stands, differences, grid_keys, month_differences
from gridward.cases.queries.facts import OPEN
from gridward.cases.queries.history import KIND, past_cases
from gridward.cases.queries.searching import KIND as SEARCH
from gridward.cases.queries.searching import words_of_cases
from gridward.districts.models import District
from gridward.gpkg.fulltext import wrong_words
from gridward.gpkg.many import read_points
from gridward.grids.models import GridPlan
from gridward.grids.queries import locate_many
from gridward.grids.queries.plans import shapes_of
from gridward.work.collected import handler_name
from gridward.work.models import Delivery, Run

RUNNING = Q(clocks__state=CaseClock.State.RUNNING)


def counters() -> Iterator[str]:
    """The head of each case's chain is its last step."""
    rows = Case.objects.annotate(there=Count("steps")).exclude(there=F("step_n"))
    yield from (f"{number}: {n} ≠ {there}" for number, n, there in rows.values_list("number", "step_n", "there")[:1000])


def due_times() -> Iterator[str]:
    """What a case says is due next is the nearest of its running clocks (the total clock where it runs alone)."""
    near = Min("clocks__due_at", filter=RUNNING & ~Q(clocks__kind=CaseClock.Kind.TOTAL))
    last = Min("clocks__due_at", filter=RUNNING)
    rows = Case.objects.filter(is_open=True).annotate(near=near, last=last)
    for number, due, first, other in rows.values_list("number", "due_at", "near", "last").iterator():
        if due != (first or other):
            yield f"{number}: {due} ≠ {first or other}"


def escalations() -> Iterator[str]:
    """How far up a case says it was carried is the highest rung of its open clocks."""
    top = Max("clocks__rung", filter=Q(clocks__state__in=OPEN))
    rows = Case.objects.filter(is_open=True).annotate(top=top).exclude(escalation=Coalesce("top", 0))
    yield from (f"{number}: {said} ≠ {top}" for number, said, top in rows.values_list("number", "escalation", "top"))


def states() -> Iterator[str]:
    """The state of a case is where its last step led."""
    rows = CaseStep.objects.filter(n=F("case__step_n")).exclude(state_to=F("case__state"))
    yield from (f"{number}: {there}" for number, there in rows.values_list("case__number", "state_to")[:1000])


def followers() -> Iterator[str]:
    """How many more told the same: who follows a case, and who told the cases that were joined to it."""
    own = dict(
        Contact.objects.filter(kind=Contact.Kind.FOLLOWER).values_list("case").annotate(n=Count("pk")).order_by()
    )
    told = Case.objects.filter(merged_into__isnull=False).values_list("merged_into").order_by()
    joined = dict(told.annotate(n=Count("pk") + Sum("follower_count")))
    said = dict(Case.objects.filter(follower_count__gt=0).values_list("pk", "follower_count"))
    for pk in sorted(own.keys() | joined.keys() | said.keys()):
        if said.get(pk, 0) != (there := own.get(pk, 0) + joined.get(pk, 0)):
            yield f"{Case.objects.get(pk=pk).number}: {said.get(pk, 0)} ≠ {there}"


def history() -> Iterator[str]:
    """Past cases stand in the grids that a plan's ground gives them, for every plan that was told to its end and not
    replaced on its first day.
    """
    runs = Run.objects.filter(kind=KIND, state=Run.State.DONE).values_list("arguments", flat=True)
    for plan in GridPlan.objects.filter(pk__in={told["plan"] for told in runs}).order_by("pk"):
        if shapes_of(plan).exists():
            yield from islice(_history_of(plan), 1000)


def _history_of(plan: GridPlan) -> Iterator[str]:
    """Case by case, chunk by chunk; then rows of what is no past case of the plan."""
    held = CaseInGrid.objects.filter(district_id=plan.district_id, plan=plan)
    after = right = 0
    while (found := read_points(past_cases(plan).filter(pk__gt=after)[:CHUNK], "position", "pk", "number"))[0]:
        cases, points = found
        told = dict(held.filter(case__in=[pk for pk, _ in cases]).values_list("case_id", "grid_id"))
        grids = locate_many(plan.district, points[:, 0], points[:, 1], day=plan.adopted_from)
        for (pk, number), grid in zip(cases, grids, strict=True):
            if pk not in told or told[pk] != grid:
                yield f"{number}: {told.get(pk, 'missing')} ≠ {grid}"
        after, right = cases[-1][0], right + len(told)
    if (more := held.count() - right) > 0:
        yield f"{plan.name_zh}: +{more}"


def search() -> Iterator[str]:
    """The search index says what the cases say; those that a delivery or a run is still to index are left out."""
    unfinished = Run.objects.filter(kind=SEARCH).exclude(state=Run.State.DONE).values_list("district_id", flat=True)
    waiting = Delivery.objects.filter(handler=handler_name(index_after)).exclude(state=Delivery.State.DONE)
    steps = waiting.filter(table=CaseStep._meta.label).values_list("step_id", flat=True)
    behind = set(CaseStep.objects.filter(pk__in=list(steps)).values_list("case_id", flat=True))
    rows, after = Case.objects.exclude(district__in=set(unfinished)).order_by("pk"), 0
    while pks := list(rows.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK]):
        wrong = wrong_words(SearchText, words_of_cases(pks))
        yield from Case.objects.filter(pk__in=set(wrong) - behind).order_by("pk").values_list("number", flat=True)
        after = pks[-1]


def rollups(districts: Iterable[District] | None = None) -> Iterator[str]:
    """The kept counts are what the cases and their steps say, and the months are the sums of their days."""
    for district in districts or District.objects.order_by("pk"):
        for key in grid_keys(district.pk):
            yield from islice(map(_count_said, differences(district.pk, district.time_zone, key).items()), 1000)
        for model, _, rows in month_differences(district.pk):
            yield from (f"{model.__name__} {row}" for row in rows[:1000])


def _count_said(found: tuple[Stands | Happened, int]) -> str:
    """The key that differs, and by how much it is too low."""
    key, n = found
    where = " ".join(f"{name.removesuffix('_id')}={value}" for name, value in key.spot._asdict().items())
    what = f"state={key.state}" if isinstance(key, Stands) else f"day={key.day} fact={key.fact}"
    return f"{where} {what}: {n:+}"


CHUNK = 500
CHECKS = (
    ("cases.counters", counters),
    ("cases.due_times", due_times),
    ("cases.escalations", escalations),
    ("cases.states", states),
    ("cases.followers", followers),
    ("cases.history", history),
    ("cases.search", search),
    ("cases.rollups", rollups),
)

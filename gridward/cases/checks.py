"""What is derived about cases, compared with its source."""

from collections.abc import Iterator

from django.db.models import Count, F, Min, Q

from gridward.cases.models import Case, CaseClock, CaseStep

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


def states() -> Iterator[str]:
    """The state of a case is where its last step led."""
    rows = CaseStep.objects.filter(n=F("case__step_n")).exclude(state_to=F("case__state"))
    yield from (f"{number}: {there}" for number, there in rows.values_list("case__number", "state_to")[:1000])


CHECKS = (("cases.counters", counters), ("cases.due_times", due_times), ("cases.states", states))

"""Cases that were joined to another, also by way of a third."""

from django.db.models import QuerySet

from gridward.cases.models import Case


def with_joined(case: Case) -> list[int]:
    """The ids of the case and of all that were joined to it: their reporters wait for its answer. Most have nobody
    else, and ask nothing.
    """
    found, last = [case.pk], [case.pk] if case.follower_count else []
    while last:
        last = list(Case.objects.filter(merged_into__in=last).order_by("pk").values_list("pk", flat=True))
        found += last
    return found


def joined_cases(case: Case, seen: QuerySet[Case]) -> list[Case]:
    """The cases that were joined to this one directly and that the viewer sees, in the order of their numbers."""
    if not case.follower_count:
        return []
    return list(seen.filter(merged_into=case).select_related("category").order_by("pk"))


def chain_above(case_id: int) -> list[int]:
    """The ids of the case that this one was joined to, of the one that that joined, and so on, as it is now."""
    found, after = [], _joins(case_id)
    while after is not None and after not in found:
        found.append(after)
        after = _joins(after)
    return found


def _joins(case_id: int) -> int | None:
    return Case.objects.filter(pk=case_id).values_list("merged_into_id", flat=True).first()

"""我关注: a person's own list, no step of the case."""

from datetime import datetime

from django.db import transaction

from gridward.cases.models import Case, Watch


@transaction.atomic
def set_watch(*, case: Case, user_id: int, on: bool, at: datetime) -> None:
    """Keep an eye on a case, or no longer; twice is once."""
    if on:
        Watch.objects.get_or_create(case=case, user_id=user_id, defaults={"recorded_at": at})
    else:
        Watch.objects.filter(case=case, user_id=user_id).delete()

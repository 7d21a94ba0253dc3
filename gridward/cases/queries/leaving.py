"""What somebody who leaves would leave behind."""

from gridward.accounts.models import User
from gridward.cases.models import Case


def count_open_work(*, user: User) -> dict[str, int]:
    """Open cases that the person handles, and open checks that wait for the person."""
    open_cases = Case.objects.filter(district_id=user.district_id, is_open=True)
    return {
        "cases": open_cases.filter(handler=user).count(),
        "inspections": open_cases.filter(checker=user).count(),
    }

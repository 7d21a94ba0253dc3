"""What follows case moves, and what is due each minute."""

from datetime import datetime

from gridward.cases.actions.moving import move_case
from gridward.cases.actions.purging import purge_contacts
from gridward.cases.models import Case
from gridward.core.actor import Actor
from gridward.districts.queries import local_day


def resume_suspended(*, at: datetime) -> int:
    """Take up cases whose suspension has reached its end date."""
    now, count = at, 0
    rows = Case.objects.filter(is_open=True, state="suspended", suspended_until__isnull=False)
    for case in rows.select_related("district")[:500]:
        if case.suspended_until <= local_day(case.district, now):
            system = Actor(None, "system", None, case.district_id)
            move_case(case=case, move="resume", given={"reason": "suspension_ended"}, by=system, at=now)
            count += 1
    return count


def purge_old_contacts(*, at: datetime) -> int:
    """Remove who reported 180 days after closing."""
    return purge_contacts(at=at)


SWEEPS = (("cases.resume_suspended", resume_suspended), ("cases.purge_old_contacts", purge_old_contacts))
JOBS: dict[str, tuple[object, ...]] = {}

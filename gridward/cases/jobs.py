"""What follows case moves, and what is due each minute."""

import logging
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gridward.audit.queries import PURGE_VERB
from gridward.cases.actions.escalating import climb_ladders
from gridward.cases.actions.evaluating import ending_verbs, evaluate_after
from gridward.cases.actions.history import tell_history
from gridward.cases.actions.linking import sweep_waiting
from gridward.cases.actions.moving import move_case
from gridward.cases.actions.notifying import news_verbs, tell_of_step
from gridward.cases.actions.purging import purge_contacts
from gridward.cases.actions.rebuilding import KIND as REBUILD
from gridward.cases.actions.rebuilding import rebuild_rollups
from gridward.cases.actions.recomputing import recompute_clocks
from gridward.cases.actions.rollups import fold_deltas
from gridward.cases.actions.searching import index_after, index_all, index_category_after
from gridward.cases.actions.together import perform_together
from gridward.cases.actions.training import KIND as TRAIN
from gridward.cases.actions.training import train_categories
from gridward.cases.models import Case
from gridward.cases.queries.history import KIND as HISTORY
from gridward.cases.queries.history import start_of
from gridward.cases.queries.messages import EVENTS, MESSAGES
from gridward.cases.queries.recomputing import KIND as RECOMPUTE
from gridward.cases.queries.searching import KIND as SEARCH
from gridward.cases.queries.searching import telling_verbs
from gridward.cases.queries.together import KIND as TOGETHER
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day

MOST_AT_ONCE = 500
log = logging.getLogger(__name__)
__all__ = ["EVENTS", "JOBS", "MESSAGES", "NAMES", "RUNS", "SWEEPS"]


def resume_suspended(*, at: datetime) -> int:
    """Take up cases whose suspension has reached its end date."""
    nowhere_later = at.date() + timedelta(days=1)
    rows = Case.objects.filter(is_open=True, state="suspended", suspended_until__lte=nowhere_later)
    due = [
        case
        for case in rows.select_related("district").order_by("suspended_until", "pk")[:MOST_AT_ONCE]
        if case.suspended_until <= local_day(case.district, at)
    ]
    return sum(_resume(case) for case in due)


def _resume(case: Case) -> bool:
    """Whether it was still suspended: somebody may have taken it up by hand meanwhile. The clocks go on with the day
    itself, however long no jobs process ran.
    """
    system, begun = Actor(None, "system", None, case.district_id), start_of(case.district, case.suspended_until)
    try:
        move_case(case=case, move="resume", given={"reason": "suspension_ended"}, by=system, at=begun)
    except RuleBroken as refused:
        log.info("case %s was not resumed: %s", case.number, refused.code)
        return False
    return True


def purge_old_contacts(*, at: datetime) -> int:
    """Remove who reported 180 days after closing."""
    return purge_contacts(at=at)


def escalate(*, at: datetime) -> int:
    """Tell the next who has to know of limits that near their end or have passed."""
    return climb_ladders(at=at)


NAMES = {
    "cases.escalate": _("Limits that near their end or have passed are told up the ladder"),
    "cases.resume_suspended": _("Suspended cases whose day has come are taken up again"),
    "cases.sweep_waiting": _("Photos that were sent and that no move took are removed"),
    "cases.purge_old_contacts": _("Names and phones are removed 180 days after closing"),
    "cases.fold_deltas": _("What happened is added to the kept counts"),
    HISTORY: _("Past cases are told by the grids of a new plan"),
    RECOMPUTE: _("Deadlines follow a changed calendar"),
    SEARCH: _("All cases are indexed for the search"),
    TOGETHER: _("One move on many cases"),
    TRAIN: _("What closed cases teach about choosing a category"),
    REBUILD: _("Kept counts are made again from the cases"),
}
SWEEPS = (
    ("cases.resume_suspended", resume_suspended),
    ("cases.escalate", escalate),
    ("cases.purge_old_contacts", purge_old_contacts),
    ("cases.sweep_waiting", sweep_waiting),
    ("cases.fold_deltas", fold_deltas),
)
FOLLOWING = (
    (index_after, (*telling_verbs(), PURGE_VERB)),
    (index_category_after, ("cases.change_category",)),
    (tell_of_step, news_verbs()),
    (evaluate_after, ending_verbs()),
)
JOBS: dict[str, tuple[object, ...]] = {
    verb: tuple(handler for handler, verbs in FOLLOWING if verb in verbs)
    for _handler, told in FOLLOWING
    for verb in told
}
RUNS = {
    HISTORY: tell_history,
    RECOMPUTE: recompute_clocks,
    SEARCH: index_all,
    TOGETHER: perform_together,
    REBUILD: rebuild_rollups,
    TRAIN: train_categories,
}

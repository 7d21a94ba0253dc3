"""What the rules need to know about a case, and the guards that ask it."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from gridward.core.errors import RuleBroken

MAX_EXTENSIONS = 2
RETURNS_BEFORE_RULING = 2
MAX_SUSPENSION_DAYS = 365
MAX_REVIEW_DAYS = 365
REOPENING_DAYS = 30
RATINGS = frozenset({"rate", "revisit"})
REOPENINGS = frozenset({"reopen", "reopen_unsolved", "take_up_again", "grant_review"})


class Made(NamedTuple):
    """One move made on the case, by whom (None: nobody known, or the system), when, and the client's name for it."""

    move: str
    by: Hashable | None
    at: datetime | None = None
    action_uuid: Hashable | None = None


class CaseFacts(NamedTuple):
    """A case as the table sees it. Counters are those that ``Move.counts`` names, on the case itself.

    ``handle_due_at`` is the due time of the open handle clock, ``now`` the moment of asking; both aware.
    ``open_requests`` holds the kinds that are asked and not decided. ``is_late`` says that a clock of the
    case ended late, ``suspended_in_this_handling`` that the open handle clock was paused before.
    """

    state: str
    history: tuple[Made, ...] = ()
    now: datetime | None = None
    handle_due_at: datetime | None = None
    return_count: int = 0
    extension_count: int = 0
    open_requests: frozenset[str] = frozenset()
    is_designated: bool = False
    is_late: bool = False
    appealed: bool = False
    suspended_in_this_handling: bool = False
    make_safe_is_running: bool = False
    was_dispatched: bool = False
    is_supervised: bool = False
    closed_at: datetime | None = None
    category_allows_self_handling: bool = False
    category_allows_desk_inspection: bool = False


def handling_is_late(facts: CaseFacts) -> bool:
    return facts.now is not None and facts.handle_due_at is not None and facts.now > facts.handle_due_at


def check_suspension_until(until: date, today: date) -> None:
    """A suspension ends after today and within a year (both local dates).

    Raises
    ------
    RuleBroken
        ``case.suspension_not_ahead``, ``case.suspension_too_long``.
    """
    if until <= today:
        raise RuleBroken("case.suspension_not_ahead", until=until)
    if (until - today).days > MAX_SUSPENSION_DAYS:
        raise RuleBroken("case.suspension_too_long", until=until, days=MAX_SUSPENSION_DAYS)


def check_review_on(review_on: date, today: date) -> None:
    """What cannot be solved now is looked at again after today and within a year (both local dates).

    Raises
    ------
    RuleBroken
        ``case.review_not_ahead``, ``case.review_too_far``.
    """
    if review_on <= today:
        raise RuleBroken("case.review_not_ahead", day=review_on)
    if (review_on - today).days > MAX_REVIEW_DAYS:
        raise RuleBroken("case.review_too_far", day=review_on, days=MAX_REVIEW_DAYS)


def check_reply_by(reply_by: date, today: date) -> None:
    """A supervision is answered today at the earliest (both local dates).

    Raises
    ------
    RuleBroken
        ``case.reply_by_in_past``.
    """
    if reply_by < today:
        raise RuleBroken("case.reply_by_in_past", day=reply_by)


def _not_designated(facts: CaseFacts) -> None:
    if facts.is_designated:
        raise RuleBroken("case.designated")


def _not_returned_twice(facts: CaseFacts) -> None:
    if facts.return_count >= RETURNS_BEFORE_RULING:
        raise RuleBroken("case.needs_ruling", returns=facts.return_count)


def _returned_twice(facts: CaseFacts) -> None:
    if facts.return_count < RETURNS_BEFORE_RULING:
        raise RuleBroken("case.too_early_for_ruling", returns=facts.return_count, needed=RETURNS_BEFORE_RULING)


def _handling_not_late(facts: CaseFacts) -> None:
    if handling_is_late(facts):
        raise RuleBroken("case.extension_after_late", due=facts.handle_due_at)


def _extension_left(facts: CaseFacts) -> None:
    if facts.extension_count >= MAX_EXTENSIONS:
        raise RuleBroken("case.no_extension_left", most=MAX_EXTENSIONS)


def _not_suspended_in_this_handling(facts: CaseFacts) -> None:
    if facts.suspended_in_this_handling:
        raise RuleBroken("case.suspended_before")


def _make_safe_is_running(facts: CaseFacts) -> None:
    if not facts.make_safe_is_running:
        raise RuleBroken("case.nothing_to_make_safe")


def _was_dispatched(facts: CaseFacts) -> None:
    if not facts.was_dispatched:
        raise RuleBroken("case.never_dispatched")


def _supervised(facts: CaseFacts) -> None:
    if not facts.is_supervised:
        raise RuleBroken("case.not_supervised")


def _within_reopening_window(facts: CaseFacts) -> None:
    if facts.now is None or facts.closed_at is None:
        return
    if facts.now > facts.closed_at + timedelta(days=REOPENING_DAYS):
        raise RuleBroken("case.reopening_over", days=REOPENING_DAYS)


def _not_rated_yet(facts: CaseFacts) -> None:
    """Once for each time that the case was ended."""
    last = next((made.move for made in reversed(facts.history) if made.move in RATINGS | REOPENINGS), "")
    if last in RATINGS:
        raise RuleBroken("case.rated_before")


def _late_and_not_yet_appealed(facts: CaseFacts) -> None:
    if not facts.is_late:
        raise RuleBroken("case.not_late")
    if facts.appealed:
        raise RuleBroken("case.appealed_before")


def _category_allows_self_handling(facts: CaseFacts) -> None:
    if not facts.category_allows_self_handling:
        raise RuleBroken("case.self_handling_not_allowed")


def _category_allows_desk_inspection(facts: CaseFacts) -> None:
    if not facts.category_allows_desk_inspection:
        raise RuleBroken("case.desk_inspection_not_allowed")


GUARDS: Mapping[str, Callable[[CaseFacts], None]] = MappingProxyType(
    {
        "not_designated": _not_designated,
        "not_returned_twice": _not_returned_twice,
        "returned_twice": _returned_twice,
        "handling_not_late": _handling_not_late,
        "extension_left": _extension_left,
        "not_suspended_in_this_handling": _not_suspended_in_this_handling,
        "make_safe_is_running": _make_safe_is_running,
        "was_dispatched": _was_dispatched,
        "supervised": _supervised,
        "within_reopening_window": _within_reopening_window,
        "not_rated_yet": _not_rated_yet,
        "late_and_not_yet_appealed": _late_and_not_yet_appealed,
        "category_allows_self_handling": _category_allows_self_handling,
        "category_allows_desk_inspection": _category_allows_desk_inspection,
    }
)
COUNTERS = frozenset({"return_count", "rework_count", "reopen_count", "extension_count"})
MARKS = frozenset({"is_designated", "is_timeout_exempt"})

"""Reads of shifts, of calendars, and of who can be rung up when."""

from gridward.duties.queries.phones import phone_book
from gridward.duties.queries.roster import on_roster
from gridward.duties.queries.shifts import (
    get_shift,
    next_duties,
    next_duty,
    roster_gaps,
    shifts_of,
    weekday_signs,
    weekdays_of,
    year_of,
)

__all__ = [
    "get_shift",
    "next_duties",
    "next_duty",
    "on_roster",
    "phone_book",
    "roster_gaps",
    "shifts_of",
    "weekday_signs",
    "weekdays_of",
    "year_of",
]

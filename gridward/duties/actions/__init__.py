"""The writers of shifts, and the guarded doors to calendars."""

from gridward.duties.actions.calendars import change_calendar_day, import_calendar, save_calendar
from gridward.duties.actions.shifts import close_shift, create_shift

__all__ = ["change_calendar_day", "close_shift", "create_shift", "import_calendar", "save_calendar"]

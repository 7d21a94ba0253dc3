"""The only writers of districts and their calendars."""

from gridward.districts.actions.calendars import Week, check_week, put_calendar, put_days
from gridward.districts.actions.opening import open_district

__all__ = ["Week", "check_week", "open_district", "put_calendar", "put_days"]

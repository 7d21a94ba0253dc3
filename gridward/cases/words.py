"""Limits in the reader's words, for forms and pages."""

from django.utils.translation import gettext as _

UNIT_WORDS = {
    "urgent_hour": lambda: _("%(n)s urgent hours (nights and holidays count)"),
    "urgent_day": lambda: _("%(n)s urgent days (24 hours each)"),
    "work_hour": lambda: _("%(n)s working hours"),
    "work_day": lambda: _("%(n)s working days (8 hours each)"),
    "natural_day": lambda: _("%(n)s calendar days"),
    "minute_continuous": lambda: _("%(n)s minutes"),
    "shift_minute": lambda: _("%(n)s minutes of duty"),
    "legal_day": lambda: _("%(n)s days by law"),
    "legal_workday": lambda: _("%(n)s working days by law"),
}


def limit_words(value: int | str, unit: str) -> str:
    """``4 working hours``."""
    return UNIT_WORDS[unit]() % {"n": value}

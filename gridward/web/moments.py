"""Times, days and lengths of time as people here read them. Lengths in seconds; times in the active zone."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_WHOLE = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December")  # fmt: skip


def is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def here(at: datetime) -> datetime:
    return timezone.localtime(at) if timezone.is_aware(at) else at


def moment(at: datetime) -> str:
    """``11-12 08:52``: for tables and lists."""
    return here(at).strftime("%m-%d %H:%M")


def full_moment(at: datetime) -> str:
    """``2026-11-12 08:52``: for prints and records."""
    return here(at).strftime("%Y-%m-%d %H:%M")


def day(on: date | datetime) -> str:
    """``11 月 20 日`` or ``20 Nov``."""
    on = here(on) if isinstance(on, datetime) else on
    return f"{on.month} 月 {on.day} 日" if is_chinese() else f"{on.day} {MONTHS_EN[on.month - 1]}"


def full_day(on: date | datetime) -> str:
    """``11 月 20 日 星期四`` or ``Thursday, 20 Nov``."""
    on = here(on) if isinstance(on, datetime) else on
    if is_chinese():
        return f"{day(on)} 星期{WEEKDAYS_ZH[on.weekday()]}"
    return f"{WEEKDAYS_EN[on.weekday()]}, {day(on)}"


def paper_day(on: date) -> str:
    """``2026年11月20日`` or ``20 November 2026``: for forms and letters."""
    return f"{on.year}年{on.month}月{on.day}日" if is_chinese() else f"{on.day} {MONTHS_WHOLE[on.month - 1]} {on.year}"


def paper_moment(at: datetime) -> str:
    """``2026年11月20日 08:52`` or ``20 November 2026, 08:52``, in the zone that ``at`` carries."""
    return f"{paper_day(at)}{' ' if is_chinese() else ', '}{at:%H:%M}"


def _count(number: float, places: int = 1) -> str:
    return f"{round(number, places):g}"


def _minutes(seconds: float) -> str:
    number = max(1, round(seconds / MINUTE)) if seconds else 0
    return ngettext("%(n)s minute", "%(n)s minutes", number) % {"n": number}


def span(seconds: float) -> str:
    """A length of calendar time: ``24 分钟``, ``26 小时``, ``8 天 2 小时``; the sign is dropped."""
    seconds = abs(seconds)
    if seconds < HOUR:
        return _minutes(seconds)
    hours = int(seconds // HOUR)
    if seconds < 2 * DAY:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days, rest = divmod(hours, 24)
    text = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    more = ngettext("%(n)s hour", "%(n)s hours", rest) % {"n": rest}
    return f"{text} {more}" if rest and days < 10 else text


def working_span(seconds: float) -> str:
    """A length of working time: ``40 工作分钟`` below an hour, else working hours with one decimal at most."""
    seconds = abs(seconds)
    if seconds < HOUR:
        number = max(1, round(seconds / MINUTE)) if seconds else 0
        return ngettext("%(n)s working minute", "%(n)s working minutes", number) % {"n": number}
    hours = seconds / HOUR
    shown = _count(hours, 1 if hours < 10 else 0)
    return ngettext("%(n)s working hour", "%(n)s working hours", 1 if shown == "1" else 2) % {"n": shown}


def thousands(number: int) -> str:
    return f"{number:,}"


def share(part: int, whole: int) -> str:
    """A share always stands with its counts: ``148 of 1,284``."""
    return _("%(part)s of %(whole)s") % {"part": thousands(part), "whole": thousands(whole)}

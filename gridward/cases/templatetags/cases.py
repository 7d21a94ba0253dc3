"""Codes and values of the core, spoken in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gridward.cases.forms.filters import family_name
from gridward.cases.forms.moves import group_name
from gridward.cases.models import Case, CaseClock
from gridward.cases.queries.lights import days_told, light, share_used
from gridward.cases.templatetags.joint import JOINT_SPOKEN, JOINT_STEPS
from gridward.cases.words import OTHER_STEPS, channel_words, component_words, limit_words, telling_words
from gridward.core.calendar.due import amount_seconds
from gridward.core.errors import catalogue
from gridward.core.workflow.moves import Possible
from gridward.core.workflow.parse import load
from gridward.core.workflow.roles import Role
from gridward.core.workflow.table import MoveKind, State, Table
from gridward.web.moments import day, is_chinese, moment, span, thousands, working_span
from gridward.web.templatetags.web import status
from gridward.work import clock

register = template.Library()
register.filter("family_word", family_name)


@register.filter
def named(row: Any) -> str:
    """``name_zh`` or ``name_en`` of a row, ``zh`` or ``en`` of a core value; nothing of nothing."""
    if row is None or row == "":
        return ""
    if hasattr(row, "name_zh"):
        return str(row.name_zh if is_chinese() else row.name_en or row.name_zh)
    return str(row.zh if is_chinese() else row.en)


@register.filter
def public_name(category: Any) -> str:
    """The category as a resident would say it."""
    plain = category.public_zh if is_chinese() else category.public_en
    return plain or named(category)


@register.filter
def role_name(role: str) -> str:
    return named(Role(role)) if role in Role.__members__.values() else role


@register.filter
def state_name(case: Case) -> str:
    return named(load(case.table).state(case.state))


@register.filter
def stage_name(case: Case) -> str:
    return named(load(case.table).stages[case.stage - 1])


@register.simple_tag
def case_status(case: Case) -> SafeString:
    """The light of a case with its words: how late, or until when."""
    now = clock.now()
    lamp = light(case, now)
    return status(lamp, _status_words(case, lamp, now))


def _status_words(case: Case, lamp: str, now: datetime) -> str:
    if lamp == "late" and case.due_at:
        return _("Late by %(span)s") % {"span": span((now - case.due_at).total_seconds())}
    if lamp == "suspended" and case.suspended_until:
        return _("Suspended until %(day)s") % {"day": day(case.suspended_until)}
    if lamp in ("on_time", "due_soon") and case.due_at:
        return _("Due %(moment)s") % {"moment": moment(case.due_at)}
    return ""


@register.filter
def case_share(case: Case) -> float:
    return share_used(case, clock.now()) or 0.0


@register.filter
def case_light(case: Case) -> str:
    return light(case, clock.now())


@register.filter
def told_days(case: Case) -> int:
    return days_told(case, clock.now())


@register.filter
def why_not(possible: Possible) -> str:
    """The first sentence of the refusal, for the line below the moves."""
    row = catalogue()[possible.refusal]
    return (row.zh if is_chinese() else row.en).format(**(possible.values or {}))


def _when(text: Any) -> str:
    return moment(datetime.fromisoformat(str(text)))


def _days(values: Mapping[str, Any]) -> str:
    first, last = (date.fromisoformat(str(values[name])) for name in ("from", "to"))
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def _amount(seconds: int, whole: int, unit: str) -> str:
    """The amount in its unit, or as hours and minutes where it is no whole number of it."""
    if whole and seconds == amount_seconds(whole, unit):
        return limit_words(whole, unit)
    return _("%(hours)s h %(minutes)s min of working time") % {
        "hours": seconds // 3600,
        "minutes": seconds % 3600 // 60,
    }


def derivation_row(code: str, values: Mapping[str, Any]) -> tuple[str, str, str]:
    """One line of why a deadline is what it is: sign or time, explanation, result."""
    name = str(values.get("name_zh" if is_chinese() else "name_en", ""))
    if code == "start":
        return _when(values["at"]), _("Start of the limit"), ""
    if code == "opens":
        return "→", _("Outside opening hours: counted from the next opening"), _when(values["at"])
    if code == "amount":
        return "+", _amount(int(values["seconds"]), int(values["value"]), str(values["unit"])), ""
    if code in ("weekend", "holiday"):
        return "−", " ".join((_days(values), name if code == "holiday" else _("Weekend"))), _("not counted")
    if code == "make_up_day":
        return "·", " ".join((_days(values), name or _("Make-up working day"))), _("counted")
    if code == "pause":
        return "+", _("Paused"), working_span(float(values["seconds"]))
    if code == "extension":
        return "+", _("Extended %(n)s×") % {"n": values["count"]}, working_span(float(values["seconds"]))
    if code == "provisional":
        return "?", _("The holidays of that year are not announced yet: provisional"), ""
    return "=", _("Due; every minute after it is late"), _when(values["at"])


@register.filter
def derived(clock_row: CaseClock) -> list[tuple[str, str, str]]:
    """The derivation of a clock for ``{% derivation %}``."""
    return [derivation_row(line["code"], line["values"]) for line in clock_row.derivation]


CLOCK_WORDS = {
    "stage": lambda: _("This stage"),
    "handle": lambda: _("Handling"),
    "make_safe": lambda: _("Make safe"),
    "total": lambda: _("From filing to closing"),
}


@register.filter
def clock_name(clock_row: CaseClock) -> str:
    if clock_row.kind == "stage" and clock_row.limit:
        return named(load(clock_row.case.table).stage_limits[clock_row.limit])
    return CLOCK_WORDS[clock_row.kind]()


@register.filter
def clock_outcome(clock_row: CaseClock) -> str:
    words = {
        "running": _("running"), "paused": _("paused"), "met": _("kept"), "late": _("not kept"),
        "discarded": _("discarded"),
    }  # fmt: skip
    return words[clock_row.state]


@register.filter
def yuan(fen: int) -> str:
    """Whole fen as yuan: ``¥1,234.50``."""
    sign, fen = "−" if fen < 0 else "", abs(fen)
    return f"{sign}¥{thousands(fen // 100)}.{fen % 100:02}"


def took(value: Any) -> str:
    """A timedelta as words."""
    return span(value.total_seconds()) if value else ""


TEXT_FIELDS = ("words", "text", "reason", "result", "before_note", "ruling", "explanation", "reply", "destination",
               "used_for")  # fmt: skip
SPOKEN: dict[str, Callable[[Any], str]] = {
    **JOINT_SPOKEN,
    "cost_fen": lambda fen: yuan(int(fen)),
    "review_on": lambda on: _("Looked at again on %(day)s") % {"day": day(date.fromisoformat(str(on)))},
    "reply_by": lambda on: _("Reply by %(day)s") % {"day": day(date.fromisoformat(str(on)))},
    "promised_by": lambda on: _("Promised until %(moment)s") % {"moment": _when(on)},
    "for_reporter": lambda on: _("The reporter reads this.") if on else _("For those who work on it only."),
}

SYSTEM_REASONS = {"suspension_ended": lambda: _("The suspension has ended.")}


@register.filter
def said(values: Mapping[str, Any]) -> str:
    """What somebody wrote with a move, without ids."""
    parts = [str(values[name]) for name in TEXT_FIELDS if values.get(name)]
    parts += [words(values[name]) for name, words in SPOKEN.items() if values.get(name) is not None]
    parts += telling_words(values)
    parts = [SYSTEM_REASONS[part]() if part in SYSTEM_REASONS else part for part in parts]
    return "\n".join([*parts, *([why_sent(values)] if values.get("route") else [])])


def why_sent(values: Mapping[str, Any]) -> str:
    """Which rule proposed the body that a case was sent to, or another one."""
    told = values["route"]
    if told.get("component"):
        return component_words(told, values.get("body"))
    if not told["rule"]:
        return _("No routing rule covers it: the usual body of its category was proposed.")
    if told["body"] == values.get("body"):
        return _("Sent there because routing rule %(rule)s says so (version %(table)s).") % told
    return _("Routing rule %(rule)s (version %(table)s) proposed another body; the dispatcher decided.") % told


@register.filter
def step_title(row: Any) -> str:
    """The move's name; steps that are not moves of the table have their own words."""
    if row.move is not None:
        return named(row.move)
    verb = row.step.verb.removeprefix("cases.")
    other = {**OTHER_STEPS, **JOINT_STEPS}
    return other[verb]() if verb in other else verb


@register.filter
def log_entries(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Steps for ``{% timeline %}``, the newest on top."""
    return [
        {
            "at": row.step.at, "title": step_title(row), "text": said(row.said),
            "who": _who(row),
            "mark": _("time doubtful") if row.step.is_time_doubtful else "",
        }
        for row in reversed(list(rows))
    ]  # fmt: skip


def _who(row: Any) -> str:
    """Body, role and person; for what came by a contractor's link the name that it was given to."""
    link = row.said.get("link", "") if row.person == "" else ""
    role = "" if link else role_name(row.step.role)
    return " ".join(part for part in (named(row.step.body), role, row.person, link) if part)


def _reached(at: datetime | None) -> str:
    return moment(at) if at else "—"


@register.filter
def road_stages(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Stages for ``{% road %}``."""
    return [
        {
            "name": named(row), "state": row.mark,
            "lines": [line for line in (_reached(row.reached_at), row.by, took(row.took)) if line],
        }
        for row in rows
    ]  # fmt: skip


REQUEST_WORDS = {
    "extend": lambda: _("Extension"),
    "suspend": lambda: _("Suspension"),
    "void": lambda: _("Voiding"),
    "appeal": lambda: _("Appeal against lateness"),
    "review": lambda: _("Review of the outcome"),
}


@register.filter
def request_name(request: Any) -> str:
    return REQUEST_WORDS[request.kind]()


@register.filter
def request_state(request: Any) -> str:
    words = {"asked": _("asked"), "granted": _("granted"), "refused": _("refused"), "lapsed": _("lapsed")}
    return words[request.state]


def photo_kind_name(kind: str) -> str:
    words = {
        "report": _("With the report"), "verification": _("Verification"), "before": _("Before"), "after": _("After"),
        "progress": _("During the work"),
        "inspection": _("Inspection"), "paper": _("Paper"),
    }  # fmt: skip
    return words[kind]


@register.filter
def channel_name(channel: str) -> str:
    """How a case came in."""
    return channel_words()[channel]


@register.filter
def answer_word(answer_by: str) -> str:
    words = {
        "link": _("on the private page"), "phone": _("by a call back"), "counter": _("at the counter"),
        "none": _("no answer wished"),
    }  # fmt: skip
    return words[answer_by]


@register.filter
def unlocalized(number: float) -> str:
    """Degrees for an address."""
    return f"{number:.6f}"


@register.filter
def group_of(category: Any) -> str:
    """Family and major class of a category."""
    return group_name(category)


@register.filter
def filing_words(standard: Any) -> str:
    return str(standard.filing_zh if is_chinese() else standard.filing_en)


@register.filter
def closing_words(standard: Any) -> str:
    return str(standard.closing_zh if is_chinese() else standard.closing_en)


@register.filter
def limit_of(standard: Any) -> str:
    """The limit, and the one to make safe where there is one."""
    whole = limit_words(standard.limit_value, standard.limit_unit)
    if standard.make_safe_value is None:
        return whole
    safe = limit_words(standard.make_safe_value, standard.make_safe_unit)
    return _("%(whole)s; made safe within %(safe)s") % {"whole": whole, "safe": safe}


@register.filter
def public_words(state: State) -> str:
    """What the reporter reads in a state, with dots for what is filled in."""
    words = (state.public_zh or state.public.zh) if is_chinese() else (state.public_en or state.public.en)
    return words.format(body="…", until="…")


@register.filter
def moves_from(table: Table, code: str) -> list[dict[str, Any]]:
    """The moves that begin in a state, where they lead, and who makes them."""
    joint = "、" if is_chinese() else ", "
    return [
        {"move": move, "state": table.state(move.targets[code] or code), "target": move.targets[code] or code,
         "roles": joint.join(named(role) for role in Role if role in move.roles)}
        for move in table.moves.values() if code in move.targets and move.kind is not MoveKind.FLAG
    ]  # fmt: skip


@register.filter
def flags_of(table: Table) -> list[dict[str, Any]]:
    """The marks that may be set wherever a case is open, and by whom."""
    joint = "、" if is_chinese() else ", "
    flags = [move for move in table.moves.values() if move.kind is MoveKind.FLAG]
    return [{"move": m, "roles": joint.join(named(role) for role in Role if role in m.roles)} for m in flags]


@register.filter
def clock_time(at: datetime) -> str:
    """``10:40`` in the active zone."""
    return moment(at).split(" ")[1]


@register.filter
def paper_occasion(paper: Any) -> str:
    """Which step a paper is about: the move's name, for requests with what came of it."""
    move = paper.facts.table.moves.get(paper.made.move)
    words = named(move) if move else ""
    return f"{words} · {request_state(paper.request)}" if paper.request else words

"""Why a case is late, how long each part took, and how far up it was told, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridward.cases.queries.page import CasePage
from gridward.cases.templatetags.cases import CLOCK_WORDS, clock_name, named
from gridward.core.calendar.due import WORK_DAY_S, WORKING, Line, Unit
from gridward.core.workflow.ladder import ROLES, Level, Tell
from gridward.core.workflow.parse import load
from gridward.core.workflow.reasons import Part
from gridward.web.moments import is_chinese, moment, span, working_span

register = template.Library()
MOST_CAUSES = 3
OUTCOMES = {
    "running": lambda: _("running"), "paused": lambda: _("paused"), "met": lambda: _("kept"),
    "late": lambda: _("not kept"), "discarded": lambda: _("sent back"),
}  # fmt: skip
LIGHTS = {"running": "on_time", "paused": "suspended", "met": "met", "late": "late", "discarded": "discarded"}
LEVELS = {
    Level.DUE_SOON: lambda: _("the limit is near"), Level.LATE: lambda: _("the limit has passed"),
    Level.SUBDISTRICT: lambda: _("told to the subdistrict"), Level.DISTRICT: lambda: _("told to the district"),
}  # fmt: skip


def work_words(seconds: float) -> str:
    """Working time: ``3 工作日`` from a working day on, else in hours or minutes."""
    if seconds < WORK_DAY_S:
        return working_span(seconds)
    days = f"{round(seconds / WORK_DAY_S, 1):g}"
    return ngettext("%(n)s working day", "%(n)s working days", 1 if days == "1" else 2) % {"n": days}


def amount_words(seconds: float, unit: str) -> str:
    """A length as the unit counts it."""
    return work_words(seconds) if Unit(unit) in WORKING else span(seconds)


def part_name(page: CasePage, name: str, body: str) -> str:
    """What a part of the case is called, with whose it was."""
    limits = load(page.case.table).stage_limits
    if name in limits:
        return named(limits[name])
    bodies = {row.body.code: row.body for row in page.clocks if row.body}
    whose = named(bodies.get(body))
    return f"{CLOCK_WORDS[name]()}{f' · {whose}' if whose else ''}"


@register.filter
def part_rows(page: CasePage) -> list[dict[str, Any]]:
    """The stages of the round: what each took, of which limit, and whether it was kept."""
    return [
        {
            "name": part_name(page, part.name, part.body), "used": amount_words(part.used_s, part.unit),
            "limit": amount_words(part.limit_s, part.unit), "light": LIGHTS[part.state],
            "outcome": OUTCOMES[part.state](), "more": _more(part), "began_at": part.began_at,
        }
        for part in page.reasons.parts
    ]  # fmt: skip


def _more(part: Part) -> str:
    """What moved this limit."""
    told = []
    if part.paused_s:
        told.append(_("paused for %(span)s") % {"span": amount_words(part.paused_s, part.unit)})
    if part.extensions:
        told.append(_("Extended %(n)s×") % {"n": part.extensions})
    return ", ".join(told) if not is_chinese() else "，".join(told)


def _at(values: Mapping[str, Any], name: str = "at") -> str:
    return moment(datetime.fromisoformat(str(values[name])))


def _verdict(line: Line) -> str:
    values = line.values
    told = {"span": work_words(int(values["seconds"])), "limit": work_words(int(values["limit_s"])),
            "due": _at(values, "due_at")}  # fmt: skip
    return {
        "running": _("In time so far: of %(limit)s from filing to closing, %(span)s are left, until %(due)s."),
        "running_late": _("Late by %(span)s: from filing to closing it had %(limit)s, until %(due)s."),
        "ended_in_time": _("Ended in time: of %(limit)s from filing to closing, %(span)s were left."),
        "ended_late": _("Ended %(span)s late: from filing to closing it had %(limit)s, until %(due)s."),
    }[line.code] % told


def _took(page: CasePage, line: Line) -> str:
    values = line.values
    name, unit = part_name(page, str(values["name"]), str(values["body"])), str(values["unit"])
    told = {
        "what": name if values["count"] == 1 else _("%(name)s (%(n)s×)") % {"name": name, "n": values["count"]},
        "of": work_words(int(values["of_s"])), "took": work_words(int(values["took_s"])),
        "used": amount_words(int(values["used_s"]), unit), "limit": amount_words(int(values["limit_s"]), unit),
    }  # fmt: skip
    if not values["saves_s"]:
        return _("%(what)s took %(used)s; its own limit is %(limit)s.") % told
    if int(values["took_s"]) > int(values["of_s"]):
        return _("%(what)s alone took %(took)s; the whole case has %(of)s, this part %(limit)s.") % told
    return _("%(what)s took %(took)s of the %(of)s of the whole case; its own limit is %(limit)s.") % told


def _what(page: CasePage, values: Mapping[str, Any]) -> str:
    if values["what"] == "took":
        name = part_name(page, str(values["name"]), str(values["body"]))
        return _("Had “%(what)s” kept its limit") % {"what": name}
    if values["what"] == "returned":
        return _("Had it gone to the right body at once")
    return _("Had it been done well the first time") if values["what"] == "again" else _("Without all of that")


def _would(page: CasePage, line: Line, ended: bool) -> str:
    told = {"what": _what(page, line.values), "at": _at(line.values)}
    if ended and line.values["in_time"]:
        return _("%(what)s, the case would have ended in time, on %(at)s.") % told
    if ended:
        return _("%(what)s, the case would have ended on %(at)s, still late.") % told
    if line.values["in_time"]:
        return _("%(what)s, there would still be time.") % told
    return _("%(what)s, it would be late all the same.") % told


def _line(page: CasePage, line: Line, ended: bool) -> str:
    values = line.values
    if line.code == "took":
        return _took(page, line)
    if line.code in ("had_kept", "had_all_kept"):
        return _would(page, line, ended)
    told = {"n": values.get("count"), "span": work_words(int(values.get("took_s", values.get("seconds", 0))))}
    return {
        "returned": _("Sent back %(n)s×: %(span)s went by at bodies that did not do it."),
        "again": _("Done again %(n)s×: that took %(span)s."),
        "paused": _("Suspended for %(span)s: the limit moved by as much."),
        "extended": _("Extended %(n)s×: the limit moved with it."),
    }[line.code] % told


@register.filter
def reason_lines(page: CasePage) -> list[str]:
    """The verdict first, then what led to it, then what would have been."""
    lines = page.reasons.lines
    if not lines:
        return []
    ended = lines[0].code.startswith("ended")
    return [_verdict(lines[0]), *(_line(page, line, ended) for line in _weightiest(lines[1:]))]


def _weightiest(lines: tuple[Line, ...]) -> list[Line]:
    """The causes that cost most, and what would have helped: all that saves the limit, else the best one."""
    costs = [line for line in lines if line.code == "took" and line.values["saves_s"]][:MOST_CAUSES]
    costs = costs or [line for line in lines if line.code == "took"][:MOST_CAUSES]
    helped = [line for line in lines if line.code in ("had_kept", "had_all_kept")]
    saving = [line for line in helped if line.values["in_time"]][:MOST_CAUSES] or helped[:1]
    return [*costs, *(line for line in lines if line.code not in ("took", "had_kept", "had_all_kept")), *saving]


@register.filter
def is_told_late(page: CasePage) -> bool:
    """Whether the verdict is that the limit of the whole has passed."""
    lines = page.reasons.lines
    return bool(lines) and lines[0].code in ("running_late", "ended_late")


@register.filter
def reason_title(page: CasePage) -> str:
    """The heading of the card."""
    return _("Why it is late") if is_told_late(page) else _("How long each stage took")


TELLS = {Tell.HOLDER: lambda: _("whose turn it is"), Tell.BODY: lambda: _("the body's own desk")}


def tell_words(tells: Any) -> str:
    """Who is told."""
    joint = "、" if is_chinese() else ", "
    return joint.join(TELLS[tell]() if tell in TELLS else named(ROLES[tell]) for tell in tells)


@register.filter
def rung_lines(page: CasePage) -> list[dict[str, Any]]:
    """The rungs of the ladder: those told, a moment a line, then those ahead."""
    found = []
    for (is_told, at), rows in groupby(page.rungs, key=lambda row: (row.is_told, row.at)):
        together = list(rows)
        highest = {row.clock.pk: row for row in together}
        tells = dict.fromkeys(tell for row in together for tell in row.tells)
        joint, colon = ("；", "：") if is_chinese() else ("; ", ": ")
        what = joint.join(f"{clock_name(row.clock)}{colon}{LEVELS[row.level]()}" for row in highest.values())
        found.append({"at": at, "what": what, "who": tell_words(tells), "is_told": is_told})
    return found


ENDINGS = {
    "solved": lambda: _("Solved by its standard"), "unresolved": lambda: _("Not solvable now"),
    "special": lambda: _("Closed by special approval"), "not_taken_on": lambda: _("Not taken on"),
}  # fmt: skip
OCCASIONS = {
    "ended": lambda: _("when it ended"), "rated": lambda: _("after the rating"),
    "excused": lambda: _("after the appeal was granted"), "confirmed": lambda: _("after the times were confirmed"),
}  # fmt: skip


@register.filter
def evaluation_title(row: Any) -> str:
    """Which round was judged on which occasion."""
    return f"{moment(row.recorded_at)} {OCCASIONS[row.occasion]()}"


@register.filter
def evaluation_words(row: Any) -> list[str]:
    """What the record says, a sentence each; what did not happen is left out."""
    times = {
        "return_count": _("sent back %(n)s×"), "rework_count": _("done again %(n)s×"),
        "reopen_count": _("reopened %(n)s×"), "extension_count": _("Extended %(n)s×"),
    }  # fmt: skip
    counted = [words % {"n": getattr(row, name)} for name, words in times.items() if getattr(row, name)]
    days = ngettext("%(n)s day since the resident told us", "%(n)s days since the resident told us", row.days_told)
    came_back = [_("came back within 30 days at the same place")] if row.is_repeat else []
    unreached = [_("not reached: %(n)s") % {"n": row.unreached_count}] if row.unreached_count else []
    told = [*counted, *came_back, *unreached, *_answer(row)]
    return [ENDINGS[row.ending](), _in_time(row), days % {"n": row.days_told}, *told]


def _in_time(row: Any) -> str:
    if row.is_late:
        return _("late, excused by an appeal") if row.is_on_time else _("late")
    return _("on time") if row.is_on_time else _("counts neither as on time nor as late")


def _answer(row: Any) -> list[str]:
    """What the reporter said of it."""
    words = {True: _("the reporter says: solved"), False: _("the reporter says: not solved")}
    said = [words[row.says_solved]] if row.says_solved is not None else []
    stars = [f"{row.stars}/5"] if row.stars else []
    staff = [_("(typed by staff: in no rate)")] if row.is_typed_by_staff else []
    return [*said, *stars, *(staff if said or stars else [])]

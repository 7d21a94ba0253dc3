"""Every field of every paper, from one place: what stands there, in the reader's language; empty = left to the pen."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridward.cases.forms.filters import family_name
from gridward.cases.models import CaseClock, JointTask
from gridward.cases.queries.lights import days_told
from gridward.cases.queries.paper_facts import Made, Occasion, clock_since, decision_on, occasions
from gridward.cases.templatetags.cases import (
    channel_name,
    clock_outcome,
    closing_words,
    filing_words,
    limit_of,
    named,
    photo_kind_name,
    public_name,
    request_name,
    request_state,
    role_name,
    state_name,
)
from gridward.core.papers.forms import Signature, load
from gridward.core.papers.sheet import SignLine, in_language
from gridward.districts.queries import zone_of
from gridward.web.moments import is_chinese, paper_day, paper_moment

VERIFIED = ("verify_true", "verify_false", "verify_unable")
INSPECTED = ("inspect_pass", "inspect_fail", "inspect_unable")
DISPATCHED = ("dispatch", "redispatch", "designate")
SUPERVISION: Mapping[str, Callable[[], str]] = {
    "timeout": lambda: _("Late"), "leader": lambda: _("Asked by a leader"), "important": lambda: _("Important matter"),
}  # fmt: skip
OUTCOMES: Mapping[str, Callable[[], str]] = {
    "closed": lambda: _("it is done"), "closed_unresolved": lambda: _("it cannot be solved for now"),
    "forced_closed": lambda: _("closed by special approval"), "self_handled": lambda: _("put right on the spot"),
    "not_accepted": lambda: _("not accepted"), "not_filed": lambda: _("not filed"),
    "merged": lambda: _("joined to an earlier case"), "void": lambda: _("void"),
}  # fmt: skip


def day_of(one: Occasion, on: date | datetime | None) -> str:
    """A day as papers write it; of a moment, in the district's zone."""
    if isinstance(on, datetime):
        on = on.astimezone(zone_of(one.facts.case.district)).date()
    return paper_day(on) if on else ""


def moment_of(one: Occasion, at: datetime | None) -> str:
    return paper_moment(at.astimezone(zone_of(one.facts.case.district))) if at else ""


def _made_at(one: Occasion, made: Made | None) -> str:
    return moment_of(one, made.step.at if made else None)


def _said(made: Made | None, *names: str) -> str:
    """The first of these fields that was given with a step."""
    return next((str(made.said[name]) for name in names if made.said.get(name)), "") if made else ""


def _day_said(one: Occasion, made: Made | None, name: str) -> str:
    text = _said(made, name)
    return day_of(one, date.fromisoformat(text)) if text else ""


def _due(one: Occasion, clock: CaseClock | None) -> str:
    return moment_of(one, clock.due_at if clock else None)


def _first_stage(one: Occasion) -> CaseClock | None:
    return clock_since(one, "stage", take=lambda found: found[0])


def _last_handle(one: Occasion) -> CaseClock | None:
    return next((clock for clock in reversed(one.facts.clocks) if clock.kind == "handle"), None)


def _category(one: Occasion) -> str:
    return f"{one.facts.case.category.code} {named(one.facts.case.category)}"


def _place(one: Occasion) -> str:
    return one.facts.case.place or _area(one)


def _area(one: Occasion) -> str:
    case = one.facts.case
    return " ".join(named(row) for row in (case.subdistrict, case.community) if row)


def _photos(one: Occasion) -> str:
    joint = "、" if is_chinese() else ", "
    return joint.join(f"{photo_kind_name(kind)} {n}" for kind, n in one.facts.photos.items())


def _assistants(one: Occasion) -> str:
    """The bodies that were called and neither gave their part back nor were excused."""
    joint = "、" if is_chinese() else ", "
    return joint.join(dict.fromkeys(named(row.body) for row in _at_work(one)))


def _division_of_work(one: Occasion) -> str:
    """What each of them is to do, until when, and what it did."""
    colon = "：" if is_chinese() else ": "
    lines = []
    for row in _at_work(one):
        until = _("until %(moment)s") % {"moment": moment_of(one, row.due_at)}
        lines += [f"{named(row.body)}{colon}{row.task} ({until})", *([row.words] if row.words else [])]
    return "\n".join(lines)


def _at_work(one: Occasion) -> list[JointTask]:
    away = (JointTask.State.RETURNED, JointTask.State.EXCUSED)
    return [row for row in one.facts.joint if row.state not in away]


def _asked(one: Occasion, whom: str) -> str:
    """The person who was asked by name; nobody where the whole grid may take it."""
    asked = one.made.said.get(whom)
    return one.facts.persons.get(asked, "") if isinstance(asked, int) else ""


def _finding(one: Occasion, moves: tuple[str, ...]) -> str:
    """What was found, by the move's own name, with what was said."""
    made = one.following(*moves)
    if made is None:
        return ""
    words = _said(made, "reason", "words")
    return "\n".join(part for part in (named(one.facts.table.moves.get(made.move)), words) if part)


def _standard(one: Occasion, words: Callable[[object], str]) -> str:
    return words(one.facts.case.standard) if one.facts.case.standard else ""


def _handler(one: Occasion) -> str:
    case, made = one.facts.case, one.following("accept_task", "reassign") or one.before("accept_task", "reassign")
    known = one.facts.persons.get(made.said.get("handler", 0), "") if made else ""
    return known or (case.handler.name if case.handler else "")


def _times(one: Occasion, n: int) -> str:
    return ngettext("%(n)s time", "%(n)s times", n) % {"n": n}


def _dispatches(one: Occasion) -> str:
    return _times(one, sum(made.move in DISPATCHED for made in one.earlier))


def _outcome(one: Occasion) -> str:
    case, state = one.facts.case, one.made.step.state_to
    words = OUTCOMES[state]() if state in OUTCOMES else named(one.facts.table.state(state))
    joined = case.merged_into.number if state == "merged" and case.merged_into else ""
    return f"{words} {joined}".strip()


def _explanation(one: Occasion) -> str:
    return _said(one.made, "explanation") or (_said(one.made, "reason") if one.made.move == "force_close" else "")


def _counted(one: Occasion) -> str:
    case = one.facts.case
    words = ((_("Returned"), case.return_count), (_("Done again"), case.rework_count),
             (_("Extended"), case.extension_count), (_("Reopened"), case.reopen_count))  # fmt: skip
    joint = "、" if is_chinese() else ", "
    return joint.join(f"{word} {n}" for word, n in words)


def _contents(one: Occasion) -> str:
    """The papers that the case has had, with their days, and its photos: what belongs into the file."""
    language = "zh" if is_chinese() else "en"
    papers = [other for form in load().forms.values() if form is not one.form for other in occasions(one.facts, form)]
    lines = [f"{in_language(other.form, language)}  {day_of(other, other.made.step.at)}" for other in papers]
    if one.facts.photos:
        lines.append(_("Photos: %(photos)s") % {"photos": _photos(one)})
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))


def _days_taken(one: Occasion) -> str:
    days = days_told(one.facts.case, one.facts.case.closed_at or one.made.step.at)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _until(one: Occasion) -> str:
    """The day that was granted, else the one asked for."""
    granted = _day_said(one, decision_on(one), "until")
    return granted or day_of(one, one.request.until if one.request else None)


def _decision(one: Occasion) -> str:
    is_decided = one.request is not None and one.request.state != "asked"
    return request_state(one.request) if is_decided else ""


def _nothing(one: Occasion) -> str:
    """Known by nobody but who fills in the paper."""
    return ""


FIELDS: Mapping[str, Callable[[Occasion], str]] = MappingProxyType(
    {
        "number": lambda one: one.facts.case.number,
        "family": lambda one: family_name(one.facts.case.family),
        "category": _category,
        "matter": lambda one: public_name(one.facts.case.category),
        "place": _place,
        "area": _area,
        "grid": lambda one: named(one.facts.case.grid),
        "description": lambda one: one.facts.case.description,
        "channel": lambda one: channel_name(one.facts.case.channel),
        "told_at": lambda one: moment_of(one, one.facts.case.told_at),
        "told_on": lambda one: day_of(one, one.facts.case.told_at),
        "urgency": lambda one: _("Urgent") if one.facts.case.is_urgent else _("Ordinary"),
        "photos": _photos,
        "spoken_code": lambda one: one.facts.case.spoken_code,
        "hotline": lambda one: one.facts.case.district.hotline or str(settings.GRIDWARD_HOTLINE),
        "state": lambda one: state_name(one.facts.case),
        "verifier": lambda one: _asked(one, "verifier"),
        "inspector": lambda one: _asked(one, "inspector"),
        "asked_at": lambda one: _made_at(one, one.made),
        "stage_due": lambda one: _due(one, _first_stage(one)),
        "instruction": lambda one: _said(one.made, "words", "ruling"),
        "verified": lambda one: _finding(one, VERIFIED),
        "verified_at": lambda one: _made_at(one, one.following(*VERIFIED)),
        "inspected": lambda one: _finding(one, INSPECTED),
        "inspected_at": lambda one: _made_at(one, one.following(*INSPECTED)),
        "filed_at": lambda one: moment_of(one, one.facts.case.filed_at),
        "filing_condition": lambda one: _standard(one, filing_words),
        "closing_condition": lambda one: _standard(one, closing_words),
        "limit": lambda one: _standard(one, limit_of),
        "basis": lambda one: one.facts.case.standard.basis if one.facts.case.standard else "",
        "total_due": lambda one: moment_of(one, one.facts.case.total_due_at),
        "body": lambda one: named(one.facts.case.body),
        "assistants": _assistants,
        "division_of_work": _division_of_work,
        "handler": _handler,
        "dispatched_at": lambda one: _made_at(one, one.before(*DISPATCHED)),
        "dispatches": _dispatches,
        "handle_due": lambda one: _due(one, _last_handle(one)),
        "make_safe_due": lambda one: _due(one, clock_since(one, "make_safe")),
        "taken_up_at": lambda one: _made_at(one, one.before("accept_task")),
        "before_note": lambda one: _said(one.before("finish"), "before_note"),
        "made_safe": lambda one: _said(one.before("make_safe"), "result"),
        "result": lambda one: _said(one.before("finish"), "result"),
        "finished_at": lambda one: _made_at(one, one.before("finish")),
        "feedback": lambda one: _said(one.following("confirm"), "words"),
        "feedback_at": lambda one: _made_at(one, one.following("confirm") or one.before("confirm")),
        "kept_limit": lambda one: clock_outcome(clock) if (clock := _last_handle(one)) else "",
        "outcome": _outcome,
        "reply": lambda one: _said(one.made, "reply", "result"),
        "explanation": _explanation,
        "review_on": lambda one: _day_said(one, one.made, "review_on"),
        "reason": lambda one: _said(one.made, "reason"),
        "destination": lambda one: _said(one.made, "destination"),
        "decided_on": lambda one: day_of(one, one.made.step.at),
        "request": lambda one: request_name(one.request) if one.request else "",
        "request_reason": lambda one: one.request.reason if one.request else "",
        "request_until": _until,
        "requested_at": lambda one: _made_at(one, one.made),
        "extensions": lambda one: _times(one, one.facts.case.extension_count),
        "decision": _decision,
        "decision_reason": lambda one: one.request.answer if one.request else "",
        "decided_at": lambda one: moment_of(one, one.request.decided_at if one.request else None),
        "supervision_kind": lambda one: SUPERVISION.get(_said(one.made, "supervision_kind"), str)(),
        "reply_by": lambda one: _day_said(one, one.made, "reply_by"),
        "supervision_reply": lambda one: _said(one.following("reply_supervision"), "reply"),
        "supervision_replied_at": lambda one: _made_at(one, one.following("reply_supervision")),
        "closed_at": lambda one: moment_of(one, one.facts.case.closed_at or one.made.step.at),
        "days_taken": _days_taken,
        "counted": _counted,
        "contents": _contents,
        "retention": _nothing,
        "archive_number": _nothing,
    }
)  # fmt: skip


def who_acted(made: Made) -> str:
    """Name, role and body, as the history shows them."""
    parts = [part for part in (role_name(made.step.role), named(made.step.body)) if part]
    joint, (left, right) = ("，", "（）") if is_chinese() else (", ", (" (", ")"))
    return f"{made.person}{left}{joint.join(parts)}{right}" if made.person else joint.join(parts)


def sign_line(one: Occasion, sign: Signature) -> SignLine:
    """A line to sign on, with who acted so far; the pen does the rest."""
    made = one.made if sign.is_asker else decision_on(one) if sign.is_decider else one.following(*sign.moves)
    if made is None and not sign.is_decider:
        made = one.before(*sign.moves)
    label = in_language(sign, "zh" if is_chinese() else "en")
    return SignLine(label, who_acted(made), day_of(one, made.step.at)) if made else SignLine(label, "", "")

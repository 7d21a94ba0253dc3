"""Limits, channels, places and proposals in the reader's words, for forms and pages."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridward.cases.queries.persons import Person, Persons
from gridward.core.search.alike import Alike, Reason
from gridward.duties.models import Absence
from gridward.web.moments import day, is_chinese, moment, thousands

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


def place_kinds() -> dict[str, str]:
    """Kinds of place a routing rule may ask for."""
    return {"community": _("In a community grid"), "road": _("In a road grid"), "premises": _("In a premises grid")}


def bodies_of_place() -> dict[str, str]:
    """The body of a kind that answers for the place of a case."""
    return {
        "residents_committee": _("the residents' committee of the place"),
        "subdistrict_office": _("the subdistrict office of the place"),
        "service_centre": _("the service centre of the place"),
        "party_organisation": _("the party organisation of the place"),
        "property_company": _("the property company of the place"),
        "social_organisation": _("the social organisation of the place"),
        "department": _("the department whose area it is"),
        "contractor": _("the contractor whose area it is"),
    }


def joint_marks() -> dict[str, dict[str, str]]:
    """How a call found the body's turning up, and how the body found the call; of bodies, never of persons."""
    return {
        "turnout": {"good": _("Came in time and did its part"), "fair": _("Came late, or did part of it"),
                    "poor": _("Did not come")},
        "need": {"good": _("Rightly called, clear what to do"), "fair": _("Could have been clearer"),
                 "poor": _("Not needed, or not ours")},
    }  # fmt: skip


def joint_acts() -> dict[str, str]:
    """What one may do with the task of an assisting body, as buttons say it."""
    return {
        "take": _("We have turned up"), "finish": _("Our part is done"), "give_back": _("Give it back"),
        "excuse": _("Go on without them"), "rate_turnout": _("Rate how they turned up"),
        "rate_need": _("Rate the call"),
    }  # fmt: skip


def joint_states() -> dict[str, str]:
    """Where the task of an assisting body is."""
    return {
        "called": _("Called, not yet turned up"), "taken": _("Turned up, at work"), "done": _("Part done"),
        "returned": _("Given back"), "excused": _("Excused by the lead"), "lapsed": _("Ended with the case"),
    }  # fmt: skip


def channel_words() -> dict[str, str]:
    """How a case came in."""
    return {
        "online": _("A resident, on the web"), "grid_worker": _("Seen on the walk"), "counter": _("At the counter"),
        "phone": _("By phone"), "leader": _("Asked by a leader"), "transfer": _("Passed on by a department"),
        "hotline": _("The 12345 hotline"), "sensor": _("A sensor"),
    }  # fmt: skip


def way_words() -> dict[str, str]:
    """By which way somebody is told what became of it."""
    return {
        "phone": _("by phone"), "sms": _("by text message"), "visit": _("at the door"), "counter": _("at the counter")
    }  # fmt: skip


def telling_words(values: Mapping[str, Any]) -> list[str]:
    """By which way somebody was told or tried to be, and whether enough was tried."""
    channel = values.get("channel") if "count" in values else None
    words = [way_words()[channel]] if channel in way_words() else []
    return [*words, _("Not reached after three attempts: counted apart.")] if values.get("unreached") else words


def reasons_said(found: Alike) -> str:
    """``about 40 m away, same category, 3 days apart, words alike``."""
    return ("，" if is_chinese() else ", ").join(REASONS[reason.code](reason) for reason in found.reasons)


def _metres(reason: Reason) -> str:
    return _("about %(n)s m away") % {"n": int(round(reason.value, -1))}


def _days(reason: Reason) -> str:
    n = round(abs(reason.value))
    return ngettext("%(n)s day apart", "%(n)s days apart", n) % {"n": n} if n else _("the same day")


REASONS = {
    "metres": _metres,
    "same_community": lambda reason: _("in the same community"),
    "same_category": lambda reason: _("same category"),
    "kin": lambda reason: _("a category close to it"),
    "days": _days,
    "words": lambda reason: _("words alike"),
}


# Steps that are no moves of the table.
def component_words(told: Mapping[str, Any], body: object) -> str:
    """That the register, not a rule, proposed the body."""
    if told["body"] == body:
        return _("Sent there because it looks after the component %(component)s; this goes before all rules.") % told
    return _("The component %(component)s is looked after by another body; the dispatcher decided.") % told


OTHER_STEPS = {
    "choose_component": lambda: _("Said which component it is about"),
    "follow": lambda: _("One more person reported the same"),
    "recompute": lambda: _("Due time recomputed after a calendar change"),
    "escalate": lambda: _("Told up the ladder"),
    "undo_merge": lambda: _("Merger taken back: handled by itself again"),
    "hand_over": lambda: _("Handed over"),
    "rehome": lambda: _("Now served by another grid"),
    "release": lambda: _("Words and photos are shown to people nearby"),
    "withdraw_release": lambda: _("No longer shown to people nearby"),
    "admit": lambda: _("Let through: a person looked at it"),
    "confirm_times": lambda: _("Times that arrived late are confirmed"),
    "name_subject": lambda: _("Said which body it is about"),
    "remind_by_phone": lambda: _("Reminded by phone"),
    "tell_reporter": lambda: _("Told by phone or at the counter"),
    "try_to_tell": lambda: _("Tried to tell the reporter, in vain"),
    "call_back": lambda: _("Called back"),
    "give_link": lambda: _("Link given to a contractor"),
    "revoke_link": lambda: _("Contractor's link withdrawn"),
    "contractor_result": lambda: _("Result from the contractor"),
    "purge_contacts": lambda: _("Reporter's identity removed"),
}


def away_words(row: Absence) -> str:
    """Until when somebody is away, and who stands in: work given to them goes there."""
    told = {"day": day(row.valid_to), "name": row.cover.name if row.cover else ""}
    if row.cover is None:
        return _("away, back on %(day)s; nobody stands in") % told
    return _("away, back on %(day)s; %(name)s stands in and gets the work") % told


def person_reasons(one: Person, code: str) -> list[str]:
    """What speaks for or against somebody for this one case, in plain words."""
    known, n = one.candidate, one.candidate.open_work
    if one.absence is not None:
        return [away_words(one.absence)]
    there = _("on duty now") if one.begins_at is None else _("on duty from %(when)s") % {"when": moment(one.begins_at)}
    words = [there, ngettext("%(n)s case open", "%(n)s cases open", n) % {"n": n}]
    if known.way_m is not None:
        told = {"metres": thousands(round(known.way_m / 10) * 10)}
        words.append(_("%(metres)s m on foot from work in hand") % told if known.is_along_streets
                     else _("%(metres)s m in a straight line from work in hand") % told)  # fmt: skip
    if code == "handler":
        words.append(_("has done this kind of work") if known.is_used_to_it else _("new to this kind of work"))
    elif known.is_used_to_it:
        words.append(_("serves this grid"))
    return words


def term_words(one: Person) -> str:
    """How the proposal was worked out, in minutes: each term and their sum."""
    terms = one.terms
    told = {"off": round(terms.off_min), "work": round(terms.work_min), "way": round(terms.way_min),
            "new": round(terms.new_min), "total": round(terms.total_min)}  # fmt: skip
    return _("until on duty %(off)s + work in hand %(work)s + way %(way)s + new to it %(new)s = %(total)s min") % told


def why_this_person(persons: Persons) -> str:
    """Who is proposed and why, for the form where a person is chosen."""
    one = persons.proposed
    if one is None:
        return ""
    told = {"name": one.user.name, "why": _("; ").join(person_reasons(one, persons.code))}
    return _("Proposed for this case: %(name)s — %(why)s. You decide.") % told


def notice_kinds() -> dict[str, str]:
    """Kinds of works and outages, as residents say them."""
    return {
        "works": _("Works"), "water": _("Water off"), "power": _("Power off"), "gas": _("Gas off"),
        "road": _("Road closed"),
    }  # fmt: skip

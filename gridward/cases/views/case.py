"""One case: its page, its moves, its print, who reported it, its photos."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.components import CHOOSERS
from gridward.cases.actions.confirming import CONFIRMERS, confirm_times
from gridward.cases.actions.contacts import READERS, read_contacts
from gridward.cases.actions.phoning import CALLERS
from gridward.cases.actions.releasing import RELEASERS, may_be_released
from gridward.cases.actions.telling import (
    attempts_since_result,
    not_reached,
    note_attempt,
    still_to_tell,
    tell_reporter,
)
from gridward.cases.actions.watching import set_watch
from gridward.cases.models import Attachment, Case, CaseClock, TellingAttempt
from gridward.cases.queries import get_case, visible_cases
from gridward.cases.queries.choices import subjects_of
from gridward.cases.queries.components import likely_for
from gridward.cases.queries.confirming import awaits_confirmation, told_late
from gridward.cases.queries.group_words import words_for_group
from gridward.cases.queries.joined import joined_cases
from gridward.cases.queries.links import GIVERS, WORKED_ON, contractor_links
from gridward.cases.queries.notices import notices_of_case
from gridward.cases.queries.page import CasePage, case_page
from gridward.cases.queries.proposing import Proposal, may_be_undone, proposals
from gridward.cases.queries.supervision import replies_due
from gridward.cases.queries.visible import get_case_in_hands, may_move
from gridward.cases.templatetags.cases import named, why_not
from gridward.cases.views.joint import joint_panel, may_call
from gridward.cases.views.maps import case_sheet
from gridward.cases.views.posted import uuids
from gridward.core.errors import RuleBroken
from gridward.core.feedback.reaching import ATTEMPTS
from gridward.files.queries import serve
from gridward.grids.queries import why_this_grid
from gridward.web.moments import is_chinese
from gridward.work import clock

FEEDBACK = 5


def _case(request: HttpRequest, number: str) -> Case:
    return get_case(request.grant, request.territory, number)


def _page(request: HttpRequest, case: Case) -> CasePage:
    in_hands = may_move(case, request.grant, request.territory)
    return case_page(case, request.grant, at=clock.now(), may_move=in_hands)


@require_GET
@business_view
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a case."""
    page = _page(request, _case(request, number))
    return render(request, "cases/case.html", _shown(request, page))


def _shown(request: HttpRequest, page: CasePage) -> dict[str, Any]:
    first = page.steps[0].said if page.steps else {}
    in_hands = may_move(page.case, request.grant, request.territory)
    late = told_late(row.step for row in page.steps)
    return {
        "page": page, "case": page.case, "sheet": case_sheet(request, page.case), "panel": moves_panel(page),
        "why_grid": why_this_grid(str(first.get("place_reason", "")), first.get("place_values") or {}),
        "shown_clocks": clocks_to_show(page), "may_open_contact": in_hands and request.grant.role in READERS,
        "may_release": in_hands and request.grant.role in RELEASERS and may_be_released(page.case),
        "may_admit": in_hands and request.grant.role in RELEASERS and page.case.is_quarantined,
        "subjects": subjects_of(page.case.district_id) if may_name(page, request, in_hands) else [],
        "reply_by": replies_due([page.case]).get(page.case.pk),
        "unconfirmed": [row for row in page.clocks if awaits_confirmation(row, late)],
        "may_confirm": in_hands and request.grant.role in CONFIRMERS,
        **_telling(page.case),
        "joined": _joined(request, page.case), "likely": _likely(request, page.case),
        "joined_here": joined_cases(page.case, visible_cases(request.grant, request.territory)),
        "notices": notices_of_case(page.case),
        "may_undo": in_hands and may_be_undone(page, request.grant.role),
        "links": contractor_links(page.case), **_about(request, page.case, in_hands),
        "for_group": words_for_group(page.case, request.build_absolute_uri("/"), is_chinese=is_chinese()),
        "joint": joint_panel(request, page.case, page), "may_call": may_call(request, page.case),
        "may_phone": in_hands and page.case.is_open and request.grant.role in CALLERS,
        "may_give_link": in_hands and request.grant.role in GIVERS and page.case.state in WORKED_ON,
    }  # fmt: skip


def _telling(case: Case) -> dict[str, int]:
    """How many still wait to be told of the result, and how many could not be reached."""
    if case.stage < FEEDBACK:
        return {"waiting": 0, "unreached": 0}
    return {"waiting": still_to_tell(case).count() if case.is_open else 0, "unreached": not_reached(case).count()}


def may_name(page: CasePage, request: HttpRequest, in_hands: bool) -> bool:
    """Whether to ask which body it is about: before it is filed, and of a complaint as long as it is open."""
    asked = page.case.category.is_about_body or page.case.filed_at is None
    return in_hands and page.case.is_open and request.grant.role in RELEASERS and asked


def _likely(request: HttpRequest, case: Case) -> list[Proposal]:
    """Cases that may be the same, for who has this one in hand while it is open."""
    in_hands = case.is_open and may_move(case, request.grant, request.territory)
    rows = visible_cases(request.grant, request.territory)
    return proposals(case, rows, role=request.grant.role) if in_hands else []


def _about(request: HttpRequest, case: Case, in_hands: bool) -> dict[str, Any]:
    """The component that it is about, and those among which to choose."""
    chooses = in_hands and case.is_open and request.grant.role in CHOOSERS
    likely = likely_for(case) if chooses or case.component_id else []
    about = next((one for one in likely if one.component.pk == case.component_id), None)
    return {"about": about, "likely_components": likely if chooses else []}


def _joined(request: HttpRequest, case: Case) -> Case | None:
    """The case that this one was joined to, where the viewer sees it too."""
    if case.merged_into_id is None:
        return None
    return visible_cases(request.grant, request.territory).filter(pk=case.merged_into_id).first()


def moves_panel(page: CasePage) -> dict[str, Any]:
    """The panel of moves: what may be done, the first filled; what may not, and why."""
    titles = {"next": "", "other": _("Other ways"), "note": _("Write down"), "ask": _("Ask for"), "mark": _("Mark")}
    allowed = [
        {"label": named(p.move), "url": reverse("cases:move", args=[page.case.number, p.move.code]), "note": "",
         "group": titles[group]}
        for group, moves in page.move_groups.items() for p in moves
    ]  # fmt: skip
    return {
        "allowed": allowed,
        "forbidden": [{"label": named(p.move), "reason": why_not(p)} for p in page.refused_moves],
    }


def clocks_to_show(page: CasePage) -> list[CaseClock]:
    """Open clocks first, the one due next on top; else the last that ran."""
    running = sorted((c for c in page.clocks if c.state in ("running", "paused")), key=lambda c: c.due_at)
    return running or list(page.clocks[-1:])


@require_GET
@business_view
def print_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The case on paper, without who reported it."""
    page = _page(request, _case(request, number))
    told = {"page": page, "case": page.case, "printed_at": clock.now(), "shown_clocks": clocks_to_show(page)}
    return render(request, "cases/print.html", told)


@require_POST
@business_view
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Open who reported: for acceptance or call-back, with a row left behind."""
    case = _case(request, number)
    holds = may_move(case, request.grant, request.territory)
    purpose = "call_back" if not case.is_open or case.stage >= FEEDBACK else "acceptance"
    try:
        opened = read_contacts(case=case, by=request.actor, holds=holds, purpose=purpose, at=clock.now())
    except RuleBroken as refused:
        sentence = refused.sentence("zh" if is_chinese() else "en")
        return render(request, "cases/contact.html", {"case": case, "refusal": sentence}, status=refused.status)
    waiting = set((still_to_tell(case) | not_reached(case)).values_list("uid", flat=True))
    tried: dict[uuid.UUID, list[TellingAttempt]] = {}
    for attempt in attempts_since_result(case).select_related("contact"):
        tried.setdefault(attempt.contact.uid, []).append(attempt)
    rows = [(one, one.uid in waiting and case.stage >= FEEDBACK, tried.get(one.uid, [])) for one in opened]
    page = {"case": case, "contacts": rows, "purpose": purpose, "ways": TellingAttempt.Channel, "needed": ATTEMPTS}
    return render(request, "cases/contact.html", page)


@require_POST
@business_view
def tell(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody was told by phone or at the counter, or could not be reached."""
    case = get_case_in_hands(request.grant, request.territory, number)
    channel = request.POST.get("channel", TellingAttempt.Channel.PHONE)
    if channel not in TellingAttempt.Channel.values:
        raise Http404
    given = {"case": case, "contact_uids": uuids(request.POST.getlist("contact")), "channel": channel,
             "by": request.actor, "at": clock.now()}  # fmt: skip
    if "not_reached" in request.POST:
        note_attempt(**given)
        messages.success(request, _("Noted: tried in vain."))
    else:
        tell_reporter(**given)
        messages.success(request, _("Noted: told."))
    return redirect("cases:case", number=number)


@require_POST
@business_view
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """The times of what arrived late are right."""
    case = get_case_in_hands(request.grant, request.territory, number)
    confirm_times(case=case, by=request.actor, at=clock.now())
    messages.success(request, _("Confirmed."))
    return redirect("cases:case", number=number)


@require_POST
@business_view
def watch(request: HttpRequest, number: str) -> HttpResponse:
    """我关注, on or off."""
    set_watch(
        case=_case(request, number), user_id=request.actor.user_id, on=request.POST.get("on") == "1", at=clock.now()
    )
    return redirect("cases:case", number=number)


@require_GET
@business_view
def photo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A photo or paper of a case that the viewer may see."""
    attachment = Attachment.objects.select_related("file", "case").filter(public_id=public_id).first()
    if attachment is None or attachment.district_id != request.grant.district_id:
        raise Http404
    _case(request, attachment.case.number)
    return serve(attachment.file, small="small" in request.GET, name=attachment.name or str(public_id)[:8])

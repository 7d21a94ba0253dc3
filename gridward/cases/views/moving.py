"""The form of a move, the move, and the photos that wait for it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.contacts import new_token
from gridward.cases.actions.linking import PHONE_LIFE, begin_phone, hold_photos
from gridward.cases.actions.moving import move_case
from gridward.cases.forms.moves import PHOTO_FIELDS, MoveForm
from gridward.cases.models import Case
from gridward.cases.queries import get_case, visible_cases
from gridward.cases.queries.consequences import Consequence, asked_day, consequence_of
from gridward.cases.queries.facts import asked_of
from gridward.cases.queries.links import contractor_links, has_phone, waiting_for
from gridward.cases.queries.page import case_page
from gridward.cases.queries.replies import FIELD_OF, LANGUAGES, reply_for, words_for
from gridward.cases.queries.responsibilities import said_of
from gridward.cases.queries.suggesting import help_for
from gridward.cases.queries.visible import may_move
from gridward.cases.templatetags.cases import named
from gridward.core.errors import RuleBroken
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import Move, MoveKind
from gridward.districts.queries import local_day
from gridward.files.queries import serve
from gridward.web.moments import is_chinese
from gridward.work import clock

STOP_POLLING = 286
POLLS_S = 3
GIVING_BACK = frozenset({"return_task", "return_to_acceptor"})
QUOTED = GIVING_BACK | {"dispatch", "redispatch", "designate", "ask_ruling"}


@business_view
def move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """The form of a move, and the move."""
    case, step = _step(request, number, move)
    form = _form(request, case, step)
    if request.method == "POST" and form.is_valid():
        try:
            _make(request, case, move, form)
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
            return _shown(request, case, step, form, status=refused.status)
        messages.success(request, _("Done: %(move)s") % {"move": named(step)})
        return redirect("cases:case", number=number)
    status = 422 if request.method == "POST" and not form.is_being_looked_at else 200
    return _shown(request, case, step, form, status=status)


def _step(request: HttpRequest, number: str, move: str) -> tuple[Case, Move]:
    """The case in hand and the move of its table; else there is no such page."""
    case = get_case(request.grant, request.territory, number)
    table = load(case.table)
    if move not in table.moves or move == table.start or not may_move(case, request.grant, request.territory):
        raise Http404
    return case, table.move(move)


def _form(request: HttpRequest, case: Case, step: Move) -> MoveForm:
    waiting = waiting_for(case, request.grant, photo_fields(step))
    return MoveForm(
        posted(request, case, step), request.FILES or None, table=load(case.table), move=step, case=case,
        waiting=waiting, seen=visible_cases(request.grant, request.territory), asked=asked_of(case), at=clock.now(),
        initial=first_values(case, step) | chosen_target(request, step),
    )  # fmt: skip


def posted(request: HttpRequest, case: Case, step: Move) -> QueryDict | None:
    """What was sent; with the words of a reply in the language that was asked for."""
    language, field = request.POST.get("words_view", ""), FIELD_OF.get(step.code, "")
    words = words_for(case, step.code) if language in LANGUAGES and field else None
    if words is None:
        return request.POST or None
    sent = request.POST.copy()
    sent[field] = reply_for(case, words, language, clock.now())
    return sent


def photo_fields(step: Move) -> list[str]:
    return [code for code in (*step.needs, *step.needs_if_asked, *step.may) if code in PHOTO_FIELDS]


def first_values(case: Case, step: Move) -> dict[str, Any]:
    """What the contractor wrote, for the handler to take over or to write anew; the day that was asked for; the words
    of a reply.
    """
    if step.code == "grant_suspension":
        return {"until": asked_day(case)}
    offered = offered_words(case, step)
    if step.code != "finish":
        return offered
    told = [link for link in contractor_links(case) if link.answered_at and link.result]
    latest = max(told, key=lambda link: link.answered_at, default=None)
    return {"result": latest.result} if latest else offered


def offered_words(case: Case, step: Move) -> dict[str, str]:
    """The field of a reply with its words filled in; readers of English are offered both languages."""
    words = words_for(case, step.code) if step.code in FIELD_OF else None
    language = "zh" if is_chinese() else "both"
    return {FIELD_OF[step.code]: reply_for(case, words, language, clock.now())} if words else {}


def chosen_target(request: HttpRequest, step: Move) -> dict[str, Any]:
    """The case that this one was proposed to join, by the link that led here."""
    if "merged_into" not in step.needs or not request.GET.get("into", "").isdecimal():
        return {}
    rows = visible_cases(request.grant, request.territory).filter(number=request.GET["into"][:19])
    return {"merged_into": rows.values_list("pk", flat=True).first()}


def _make(request: HttpRequest, case: Case, move: str, form: MoveForm) -> None:
    move_case(
        case=case, move=move, given=form.given(), by=request.actor, at=clock.now(),
        action_uuid=form.cleaned_data["action_uuid"], seen_n=form.cleaned_data["seen_n"],
    )  # fmt: skip


def _shown(
    request: HttpRequest, case: Case, step: Move, form: MoveForm, *, status: int, link: str = ""
) -> HttpResponse:
    """The form with everything that was typed, chosen or sent so far."""
    _keep_photos(request, case, step, form)
    case = get_case(request.grant, request.territory, case.number)
    page = case_page(case, request.grant, at=clock.now(), may_move=True)
    offered = next((p for p in page.moves if p.move.code == step.code), None)
    words: dict[str, Any] = {
        "page": page, "case": case, "move": step, "form": form, "offered": offered, "link": link,
        "consequence": _consequence(case, step, form), "minutes": PHONE_LIFE.seconds // 60, "polls_s": POLLS_S,
        **_listed(request, case, step), "is_request": step.kind is MoveKind.ASK, "offers_words": step.code in FIELD_OF,
        "help": help_for(case.district_id, case.description) if form.has_category else None,
    }  # fmt: skip
    response = render(request, "cases/move.html", words, status=status)
    if link:
        response["Cache-Control"] = "no-store"
    return response


def _listed(request: HttpRequest, case: Case, step: Move) -> dict[str, Any]:
    """What the list of responsibilities says, where somebody decides whose the case is."""
    if step.code not in QUOTED:
        return {}
    said = said_of(case, local_day(case.district, clock.now()))
    own = said is not None and case.body is not None and said.body.pk == case.body.pk and step.code in GIVING_BACK
    return {"quotes": True, "listed": said, "names_own_body": own}


def _consequence(case: Case, step: Move, form: MoveForm) -> Consequence | None:
    """What the request means for the deadlines: with the day typed so far, else the one that was asked."""
    typed = getattr(form, "cleaned_data", {}).get("until")
    until = typed or form.get_initial_for_field(form.fields["until"], "until") if "until" in form.fields else None
    return consequence_of(case, step.request, until=until, at=clock.now())


def _keep_photos(request: HttpRequest, case: Case, step: Move, form: MoveForm) -> None:
    """Photos of a form that goes back to the person wait here, so that nobody chooses them twice."""
    sent = form.sent_photos() if request.FILES and hasattr(form, "cleaned_data") else {}
    if not any(sent.values()):
        return
    try:
        hold_photos(case=case, photos=sent, by=request.actor, at=clock.now())
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
    form.waiting = list(waiting_for(case, request.grant, photo_fields(step)))


@require_POST
@business_view
def phone(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """The same form with a square to scan: photos from the phone appear in it."""
    case, step = _step(request, number, move)
    if not photo_fields(step):
        raise Http404
    request.POST = request.POST.copy()
    request.POST["_review"] = "1"
    form, token = _form(request, case, step), new_token()
    form.is_valid()
    begin_phone(case=case, fields=photo_fields(step), token=token, by=request.actor, at=clock.now())
    return _shown(request, case, step, form, status=200, link=request.build_absolute_uri(f"/t/{token}/"))


@require_GET
@business_view
def waiting(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """The part of the form that shows which photos have come, asked again every few seconds."""
    case, step = _step(request, number, move)
    rows = list(waiting_for(case, request.grant, photo_fields(step)))
    ticked, shown = (set(request.GET.getlist(name)) for name in ("waiting", "waiting_shown"))
    off = {str(row.public_id) for row in rows if str(row.public_id) in shown - ticked}
    words = {"case": case, "move": step, "photos": rows, "off": off}
    goes_on = has_phone(case, request.grant, at=clock.now())
    return render(request, "cases/parts/waiting.html", words, status=200 if goes_on else STOP_POLLING)


@require_GET
@business_view
def waiting_photo(request: HttpRequest, number: str, public_id: uuid.UUID) -> HttpResponse:
    """A photo that waits for a move of this person."""
    case = get_case(request.grant, request.territory, number)
    row = waiting_for(case, request.grant, list(PHOTO_FIELDS)).filter(public_id=public_id).first()
    if row is None or not may_move(case, request.grant, request.territory):
        raise Http404
    return serve(row.file, small="small" in request.GET, name=str(public_id)[:8])

"""What became of it: the private page behind a link, its slip, its photos, and the moves of its holder."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.cases.actions.answering import remind_case
from gridward.cases.actions.moving import move_case
from gridward.cases.queries.public import PrivatePage, is_due_by, may_be_reopened, private_page, reopens_until
from gridward.core.errors import RuleBroken
from gridward.core.workflow.parse import load
from gridward.files.queries import serve
from gridward.portal.actions.counting import count_tries
from gridward.portal.emergencies import danger_words
from gridward.portal.forms.private import FORMS, MoveForm
from gridward.portal.views.reporting import address_of, resident
from gridward.web.headers import private_link
from gridward.web.moments import is_chinese
from gridward.work import clock

OF_EVERY_FOLLOWER = frozenset({"supplement", "remind"})


class WrongLink(Http404):
    """No such link, or it has ended."""


def _found(request: HttpRequest, token: str) -> PrivatePage:
    """What stands behind the link; wrong links are counted, so that guessing ends."""
    district = request.district
    page = private_page(token, district_id=district.pk, at=clock.now()) if district else None
    if page is None:
        raise wrong_link(request)
    return page


def wrong_link(request: HttpRequest) -> Exception:
    """What a link that leads nowhere is answered with; too many of them from one network say so."""
    district = request.district
    if district and count_tries(district_id=district.pk, address=address_of(request), at=clock.now()):
        return RuleBroken("portal.too_many_tries")
    return WrongLink()


def offers(page: PrivatePage) -> list[str]:
    """The moves that the holder may make from here: only the reporter rates and asks for a review."""
    codes = [move.code for move in load(page.case.table).moves_for(page.case.state, ["resident"])]
    own = page.is_reporter and not page.has_joined
    allowed = [code for code in codes if code in FORMS and (own or code in OF_EVERY_FOLLOWER)]
    done = {"ask_review": page.waits_for_review, "rate": page.is_rated,
            "reopen_unsolved": not may_be_reopened(page.case, clock.now())}  # fmt: skip
    return [code for code in allowed if not done.get(code)]


@require_GET
@private_link
def private(request: HttpRequest, token: str) -> HttpResponse:
    """Number, query code, progress, answer; rating, review, reminder and additions as forms."""
    return _show(request, _found(request, token), token)


def _show(
    request: HttpRequest, page: PrivatePage, token: str, *, status: int = 200, wrong: MoveForm | None = None
) -> HttpResponse:
    offered = offers(page)
    shown = {f"form_{code}": form() for code, form in FORMS.items() if code in offered}
    if wrong is not None:
        shown[next(f"form_{code}" for code, kind in FORMS.items() if isinstance(wrong, kind))] = wrong
    words: dict[str, Any] = {
        "page": page, "case": page.case, "told": page.told, "token": token, "offers": offered,
        "is_new": "new" in request.GET, "due": is_due_by(page.case), "says_unsolved": "unsolved" in request.GET,
        "reopens_until": reopens_until(page.case),
        "dangers": danger_words(page.words, "zh" if is_chinese() else "en") if "new" in request.GET else [],
        "link": request.build_absolute_uri(reverse("portal:private", args=[token])),
    }  # fmt: skip
    return render(request, "portal/private.html", words | shown, status=status)


@require_POST
@private_link
def act(request: HttpRequest, token: str, move: str) -> HttpResponse:
    """Rate, add, remind, ask for a review: each a move of the table, made by the reporter."""
    page = _found(request, token)
    if move not in FORMS:
        raise Http404
    form = FORMS[move](request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, page, token, status=422, wrong=form)
    if move not in offers(page):
        messages.error(request, _("This has moved on meanwhile. Please read what happened."))
        return redirect("portal:private", token=token)
    try:
        _make(request, page, move, form)
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return _show(request, page, token, status=refused.status, wrong=form)
    return _thanked(request, token, move, form)


def _thanked(request: HttpRequest, token: str, move: str, form: MoveForm) -> HttpResponse:
    """Back to the page; who said that it is not solved is shown how it goes on."""
    here = reverse("portal:private", args=[token])
    if move == "rate" and form.given()["solved"] is False:
        messages.success(request, _("Thank you for saying so. If it should be worked on again, say so below."))
        return redirect(f"{here}?unsolved#unsolved")
    said = _("Thank you. It is worked on again, under the same number.")
    messages.success(request, said if move == "reopen_unsolved" else _("Thank you. It has been passed on."))
    return redirect(here)


def _make(request: HttpRequest, page: PrivatePage, move: str, form: MoveForm) -> None:
    same: dict[str, Any] = {
        "case": page.case, "by": resident(request), "at": clock.now(), "action_uuid": form.cleaned_data["action_uuid"],
    }  # fmt: skip
    if move == "remind":
        remind_case(**same)
    else:
        move_case(move=move, given=form.given(), **same)


@require_GET
@private_link
def slip(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt on paper: number, query code, the link as letters and as a square to scan."""
    page = _found(request, token)
    link = request.build_absolute_uri(reverse("portal:private", args=[token]))
    words = {"case": page.told, "token": token, "link": link}
    return render(request, "portal/slip.html", words)


@require_GET
@private_link
def photo(request: HttpRequest, token: str, public_id: str) -> HttpResponse:
    """A photo that this page shows."""
    rows = _found(request, token).photos
    row = next((row for row in rows if row.public_id == public_id), None)
    if row is None:
        raise Http404
    answer = serve(row.file, small="small" in request.GET, name="photo")
    answer["Cache-Control"] = "no-store"
    return answer

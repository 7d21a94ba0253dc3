"""What became of it: the private page behind a link, and the public progress by spoken code."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.cases.actions.moving import move_case
from gridward.cases.models import Attachment, Case
from gridward.cases.queries.public import case_by_spoken, case_by_token, public_case
from gridward.core.errors import RuleBroken
from gridward.core.workflow.parse import load
from gridward.files.queries import serve
from gridward.portal.actions.counting import count_tries
from gridward.portal.forms import RatingForm, WordsForm
from gridward.portal.views.reporting import address_of, resident
from gridward.web.headers import private_link
from gridward.web.moments import is_chinese
from gridward.web.refusals import say
from gridward.work import clock


def _case(request: HttpRequest, token: str) -> Case:
    """The case behind the link; wrong links are counted, so that guessing ends."""
    case = case_by_token(token, clock.now())
    if case is None or case.district_id != getattr(request.district, "pk", None):
        count_tries(district_id=request.district.pk, address=address_of(request), at=clock.now())
        raise Http404
    return case


def _offers(case: Case) -> set[str]:
    """The moves that a reporter may make from here."""
    return {move.code for move in load(case.table).moves_for(case.state, ["resident"])}


@require_GET
@private_link
def private(request: HttpRequest, token: str) -> HttpResponse:
    """Number, spoken code, progress, reply; rating, review and additions as forms."""
    case = _case(request, token)
    return render(request, "portal/private.html", _page(request, case, token))


def _page(request: HttpRequest, case: Case, token: str, **forms: Any) -> dict[str, Any]:
    page = {
        "public": public_case(case), "case": case, "token": token, "offers": _offers(case),
        "is_new": request.GET.get("new") == case.number[-5:],
        "link": request.build_absolute_uri(request.path.split("/do/")[0]),
        "rating": RatingForm(), "more": WordsForm(label=_("What we should know")),
        "review": WordsForm(label=_("What is not right about the outcome")),
    }  # fmt: skip
    return page | forms


MOVES: dict[str, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    "rate": ("rating", lambda form: form.given()),
    "supplement": ("more", lambda form: {"text": form.cleaned_data["words"]}),
    "ask_review": ("review", lambda form: {"reason": form.cleaned_data["words"]}),
}


@require_POST
@private_link
def act(request: HttpRequest, token: str, move: str) -> HttpResponse:
    """Rate, add, ask for a review: each a move of the table, made by the reporter."""
    case = _case(request, token)
    if move not in MOVES:
        raise Http404
    name, given = MOVES[move]
    form = (
        RatingForm(request.POST)
        if name == "rating"
        else WordsForm(request.POST, label=_page(request, case, token)[name].fields["words"].label)
    )
    if not form.is_valid():
        return render(request, "portal/private.html", _page(request, case, token, **{name: form}), status=422)
    try:
        move_case(case=case, move=move, given=given(form), by=resident(request), at=clock.now())
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return render(
            request, "portal/private.html", _page(request, case, token, **{name: form}), status=refused.status
        )
    messages.success(request, _("Thank you, it has been added to your report."))
    return redirect("portal:private", token=token)


@require_GET
@private_link
def photo(request: HttpRequest, token: str, public_id: str) -> HttpResponse:
    """A photo of the report or its result, for its reporter."""
    case = _case(request, token)
    row = Attachment.objects.filter(case=case, public_id=public_id, kind__in=("report", "after")).first()
    if row is None:
        raise Http404
    return serve(row.file, small="small" in request.GET, name="photo")


@require_GET
@private_link
def spoken(request: HttpRequest) -> HttpResponse:
    """Progress by spoken code or number: public steps only, no words of the report."""
    code = request.GET.get("code", "")[:80]
    if not code:
        return render(request, "portal/spoken.html", {"code": ""})
    if count_tries(district_id=request.district.pk, address=address_of(request), at=clock.now()):
        return say(request, status=429, sentence=_("Too many tries. Please wait an hour, or call us."))
    try:
        case = case_by_spoken(request.district, code)
    except RuleBroken as refused:
        sentence = refused.sentence("zh" if is_chinese() else "en")
        return render(request, "portal/spoken.html", {"code": code, "refusal": sentence}, status=422)
    public = public_case(case) if case else None
    return render(
        request, "portal/spoken.html", {"code": code, "case": case, "public": public}, status=200 if case else 404
    )

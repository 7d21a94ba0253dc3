"""Papers of cases: what fits one case, a form as print or document, many forms at once."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from gridward.accounts.access import business_view
from gridward.cases.actions.contacts import READERS, read_contacts
from gridward.cases.forms.papers import PaperChoiceForm
from gridward.cases.models import Case
from gridward.cases.queries import get_case
from gridward.cases.queries.paper_documents import archive_of, document_of
from gridward.cases.queries.paper_facts import Occasion
from gridward.cases.queries.papers import (
    NOBODY,
    ReporterOnPaper,
    cases_by_number,
    cases_of_day,
    forms_for,
    get_form,
    get_paper,
    papers_of,
    papers_of_many,
    sheet_of,
)
from gridward.cases.queries.visible import may_move
from gridward.core.papers.sheet import Sheet
from gridward.files.queries import DOCX
from gridward.work import clock

FEEDBACK = 5
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def _case(request: HttpRequest, number: str) -> Case:
    return get_case(request.grant, request.territory, number)


def _may_open(request: HttpRequest, case: Case) -> bool:
    return request.grant.role in READERS and may_move(case, request.grant, request.territory)


@require_GET
@business_view
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """The papers that fit the case now, each to print or to download."""
    case = _case(request, number)
    papers = papers_of(case, request.grant)
    told = {"case": case, "papers": papers, "may_open_contact": _may_open(request, case)}
    return render(request, "cases/papers.html", told)


def _step(request: HttpRequest) -> int | None:
    text = request.GET.get("step", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Http404
    return int(text) if text else None


def _reporter(request: HttpRequest, case: Case, paper: Occasion) -> ReporterOnPaper:
    """Who reported, opened for this one print by a press of the button; each opening leaves a row."""
    if request.method != "POST" or not paper.form.names_reporter:
        return NOBODY
    purpose = "call_back" if not case.is_open or case.stage >= FEEDBACK else "acceptance"
    holds = may_move(case, request.grant, request.territory)
    opened = read_contacts(case=case, by=request.actor, holds=holds, purpose=purpose, at=clock.now())
    first = next((one for one in opened if one.kind == "reporter"), None)
    return ReporterOnPaper(first.name, first.phone) if first else NOBODY


@business_view
def paper(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """One form of a case; in the other language or in large plain words when asked for."""
    case = _case(request, number)
    with translation.override(LANGUAGES.get(request.GET.get("in", ""), translation.get_language())):
        chosen = get_paper(case, request.grant, form, _step(request))
        plain = request.GET.get("plain") == "1"
        sheet = sheet_of(chosen, at=clock.now(), reporter=_reporter(request, case, chosen), plain=plain)
        return _answered(request, [sheet], reverse("cases:case_papers", args=[case.number]))


def _answered(request: HttpRequest, sheets: Sequence[Sheet], back: str, left_out: int = 0) -> HttpResponse:
    """The sheets as a page to print, as one document or as an archive of documents, as ``as`` asks."""
    wanted = request.POST.get("as") or request.GET.get("as")
    if wanted == "docx":
        answer = handed_over(document_of(request.district.pk, sheets, at=clock.now()), DOCX, f"{_name(sheets)}.docx")
    elif wanted == "zip":
        answer = handed_over(
            archive_of(request.district.pk, sheets, at=clock.now()), "application/zip", f"{sheets[0].title_of_file}.zip"
        )
    else:
        told = {"sheets": sheets, "back": back, "name": sheets[0].title, "left_out": left_out}
        answer = render(request, "cases/sheets.html", told)
    answer["Cache-Control"] = "no-store"
    return answer


def _name(sheets: Sequence[Sheet]) -> str:
    return sheets[0].title_of_file if len(sheets) > 1 else sheets[0].file_name


def handed_over(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file that was just made, as a download."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


@require_GET
@business_view
def batch(request: HttpRequest) -> HttpResponse:
    """Choose a form and a day: the cases in which its step was made then, to print together."""
    forms = forms_for(request.grant)
    if not forms:
        raise Http404
    choice = PaperChoiceForm(request.GET or None, papers=forms, district=request.district, at=clock.now())
    return render(request, "cases/paper_batch.html", {"form": choice, **_found(request, choice)})


def _found(request: HttpRequest, choice: PaperChoiceForm) -> dict[str, Any]:
    if not choice.is_valid():
        return {"papers": [], "chosen": None, "most": 0}
    form = get_form(request.grant, choice.cleaned_data["form"])
    rows = cases_of_day(request.grant, request.territory, form, choice.cleaned_data["day"], request.district)
    cases = list(choice.narrow(rows)[: choice.MOST + 1])
    most = choice.MOST if len(cases) > choice.MOST else 0
    return {"papers": papers_of_many(cases[: choice.MOST], form), "chosen": form, "most": most}


@require_GET
@business_view
def sheets(request: HttpRequest) -> HttpResponse:
    """The chosen form of the chosen cases, one sheet each."""
    form = get_form(request.grant, request.GET.get("form", ""))
    numbers = dict.fromkeys(request.GET.getlist("number"))
    papers = papers_of_many(cases_by_number(request.grant, request.territory, numbers), form)
    if not papers:
        raise Http404
    now, plain = clock.now(), request.GET.get("plain") == "1"
    filled = [sheet_of(one, at=now, plain=plain) for one in papers]
    return _answered(request, filled, reverse("cases:papers"), left_out=len(numbers) - len(papers))

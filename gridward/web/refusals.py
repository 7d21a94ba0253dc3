"""Refusals and impossible input, spoken to whoever asked: page, htmx fragment or JSON."""

from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridward.core.errors import RuleBroken


def wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def is_fragment_request(request: HttpRequest) -> bool:
    """Asked by htmx for a part of a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def say(request: HttpRequest, *, status: int, sentence: str, code: str = "") -> HttpResponse:
    """One sentence with its status, in the form that the asker reads."""
    if wants_json(request):
        return JsonResponse({"code": code, "sentence": sentence}, status=status)
    if is_fragment_request(request):
        response = render(request, "web/parts/refusal.html", {"sentence": sentence}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#notices", "innerHTML"
        return response
    return render(request, "web/refusal.html", {"sentence": sentence, "code": code}, status=status)


def refusal_response(request: HttpRequest, error: RuleBroken) -> HttpResponse:
    """The refusal in the reader's language with the status of the catalogue."""
    language = get_language() or "zh"
    return say(request, status=error.status, sentence=error.sentence(language), code=error.code)


def impossible_input(request: HttpRequest, longest_query: int) -> HttpResponse | None:
    """A 400 in plain words for a NUL byte in the address or a query longer than any page makes."""
    query = request.META.get("QUERY_STRING", "")
    if len(query) > longest_query:
        return say(request, status=400, sentence=_("This address is too long. Go back and choose again."))
    if b"\0" in unquote_to_bytes(query.replace("+", " ")) or "\0" in request.path:
        return say(request, status=400, sentence=_("This address holds a character that cannot be read."))
    return None


def wrong_method(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Where a form goes to there is no page: an empty 405 would show as the browser's own error."""
    if response.content:
        return response
    sentence = _("This address only takes a form. Go to the first page and open the form again.")
    told = say(request, status=response.status_code, sentence=sentence)
    told["Allow"] = response["Allow"]
    return told

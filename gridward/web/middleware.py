"""What stands around every view: security headers, the reader's language and look, refusals as pages."""

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from gridward.core.errors import RuleBroken
from gridward.web import choices
from gridward.web import refusals as spoken

GetResponse = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; "
    "script-src 'self' 'nonce-{nonce}'{shims}; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self'"
)
# Firefox before 108 has no import maps: the shim that stands in for them loads rewritten modules as blobs.
WITHOUT_IMPORT_MAPS = re.compile(r"Firefox/(?:[6-9]\d|10[0-7])\.")
LONGEST_QUERY = 4_000
NOT_ALLOWED = 405


def security_policy(get_response: GetResponse) -> GetResponse:
    """A nonce for the page's import map, and the headers that keep everything else out."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = get_response(request)
        old = WITHOUT_IMPORT_MAPS.search(request.headers.get("User-Agent", ""))
        policy = POLICY.format(nonce=request.csp_nonce, shims=" blob:" if old else "")  # type: ignore[attr-defined]
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-store" if request.COOKIES else "no-cache")
        return response

    return answer


def chosen_language(get_response: GetResponse) -> GetResponse:
    """Language, theme and text size: the reader's choice, else Chinese, light, normal."""

    def answer(request: HttpRequest) -> HttpResponse:
        language = choices.language_of(request)
        request.theme = choices.theme_of(request)  # type: ignore[attr-defined]
        request.text_size = choices.text_size_of(request)  # type: ignore[attr-defined]
        request.LANGUAGE_CODE = language
        translation.activate(language)
        response = get_response(request)
        response.headers.setdefault("Content-Language", "zh-Hans" if language == "zh-hans" else language)
        return response

    return answer


def refusals(get_response: GetResponse) -> GetResponse:
    """A broken rule becomes a page, a fragment or JSON in the reader's language; impossible input a plain 400."""

    def answer(request: HttpRequest) -> HttpResponse:
        wrong = spoken.impossible_input(request, LONGEST_QUERY)
        response = wrong if wrong is not None else get_response(request)
        return spoken.wrong_method(request, response) if response.status_code == NOT_ALLOWED else response

    def speak(request: HttpRequest, error: Exception) -> HttpResponse | None:
        return spoken.refusal_response(request, error) if isinstance(error, RuleBroken) else None

    answer.process_exception = speak  # type: ignore[attr-defined]
    return answer

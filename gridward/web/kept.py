"""What somebody wrote in a form is not lost when the session ended meanwhile.

The posted fields (no files, no passwords) are signed into the answer, so they stay in the reader's browser and
never lie in a session table. After signing in, ``/kept/`` shows them with a fresh form: send again, or look
them over in the form they came from (``_review``, see forms.PlainForm).
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SALT = "gridward.web.kept"
HOLDS_S = 12 * 3600
MOST_CHARACTERS = 1_000_000
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code", "kept")


@dataclass(frozen=True, slots=True)
class Words:
    """The fields of a form, in order, and where they were going."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool

    @property
    def long_ones(self) -> list[str]:
        """What a person wrote, as opposed to codes, numbers and signed values: words with a space, or not ASCII."""
        return [value for _name, value in self.fields if " " in value.strip() or not value.isascii()]


def is_from_here(request: HttpRequest) -> bool:
    """True when the browser says that one of our own pages sent this form."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sender).netloc == request.get_host()


def keep(request: HttpRequest) -> str:
    """The posted fields as a signed text; empty when there is nothing to keep or another site sent it."""
    if request.method != "POST" or not is_from_here(request):
        return ""
    fields = [(name, value) for name, values in request.POST.lists() if name not in NEVER_KEPT for value in values]
    if not fields or sum(len(value) for _, value in fields) > MOST_CHARACTERS:
        return ""
    content = {"path": request.get_full_path(), "fields": fields, "files": bool(request.FILES)}
    return signing.dumps(content, salt=SALT, compress=True)


def read(token: str) -> Words | None:
    """The words in a signed text, or None when it is false or older than twelve hours."""
    try:
        content = signing.loads(token, salt=SALT, max_age=HOLDS_S)
    except signing.BadSignature:
        return None
    fields = tuple((str(name), str(value)) for name, value in content["fields"])
    return Words(str(content["path"]), fields, bool(content["files"]))


def kept_forms(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a form sent without a session is answered with its words kept, not with a bare sign-in."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        target = urlsplit(response.get("Location", "")).path
        is_part = "HX-Request" in request.headers
        if is_part and request.method == "GET" and target == settings.LOGIN_URL:
            return _to_sign_in(request)
        if request.method != "POST" or target != settings.LOGIN_URL or request.path.startswith(target):
            return response
        token = keep(request)
        if not token:
            return response
        page = {"kept": token, "sign_in_url": settings.LOGIN_URL}
        told = render(request, "web/session_ended.html", page, status=401)
        if is_part:  # never a page inside a part of a page
            told["HX-Retarget"] = told["HX-Reselect"] = "main"
            told["HX-Reswap"] = "outerHTML show:window:top"
        return told

    return answer


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """For a part of a page: the whole page goes to sign in, and comes back to itself."""
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = urlencode({"next": f"{here.path or '/'}{'?' if here.query else ''}{here.query}"})
    return HttpResponse(headers={"HX-Redirect": f"{settings.LOGIN_URL}?{back}"})

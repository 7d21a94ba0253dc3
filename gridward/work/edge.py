"""What a reader is told when nothing could be stored: a busy database, a full disk, a database that is away."""

import errno
import logging
import sqlite3
import sys
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from gridward.core.errors import RuleBroken
from gridward.web import kept
from gridward.web.refusals import is_fragment_request, say, wants_json
from gridward.work.describing import describe

log = logging.getLogger(__name__)

FULL_ERRNO = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
BUSY_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# A file that may not grow any more shows as a failed write; nothing was committed either way.
FULL_SQLITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
AWAY_SQLITE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
# PostgreSQL's SQLSTATE: serialization, deadlock, lock not available, query cancelled, too many connections.
BUSY_SQLSTATE = {"40001", "40P01", "55P03", "57014", "53300"}
FULL_SQLSTATE = {"53100"}
PRIMARY = 0xFF
RETRY_AFTER_S = "5"


def trouble_of(error: BaseException | None) -> str | None:
    """The refusal's code when an exception means that nothing could be stored; None for any other."""
    while error is not None:
        code = _trouble(error)
        if code:
            return code
        error = error.__cause__
    return None


def _trouble(error: BaseException) -> str | None:
    if isinstance(error, OSError):
        return "work.disk_full" if error.errno in FULL_ERRNO else None
    if isinstance(error, sqlite3.Error):
        number = getattr(error, "sqlite_errorcode", 0)
        return _code({number, number & PRIMARY}, BUSY_SQLITE, FULL_SQLITE, AWAY_SQLITE)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _code({state}, BUSY_SQLSTATE, FULL_SQLSTATE, set())
    is_unconnected = type(error).__module__.startswith("psycopg") and type(error).__name__ == "OperationalError"
    return "work.database_away" if is_unconnected else None


def _code(numbers: set[object], busy: set[object], full: set[object], away: set[object]) -> str | None:
    if numbers & busy:
        return "work.database_busy"
    if numbers & full:
        return "work.disk_full"
    return "work.database_away" if numbers & away else None


def trouble_response(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """A 503 with a clear sentence, and the words of a form to send again; None when it is another error."""
    code = trouble_of(error)
    if code is None or error is None:
        return None
    log.error("%s on %s: %s", code, request.path, describe(error))
    hotline = getattr(getattr(request, "district", None), "hotline", "") or "12345"
    refused = RuleBroken(code, hotline=hotline)
    answer = _drawn(request, refused, refused.sentence(get_language() or "zh"))
    answer["Retry-After"], answer["Cache-Control"] = RETRY_AFTER_S, "no-store"
    return answer


def _drawn(request: HttpRequest, refused: RuleBroken, sentence: str) -> HttpResponse:
    """As a page where a page can be drawn; a database that is away may leave only the sentence."""
    try:
        if wants_json(request) or is_fragment_request(request):
            return say(request, status=refused.status, sentence=sentence, code=refused.code)
        page = {"sentence": sentence, "kept": kept.keep(request)}
        return render(request, "work/not_stored.html", page, status=refused.status)
    except (DatabaseError, OSError):
        return HttpResponse(sentence, status=refused.status, content_type="text/plain; charset=utf-8")


def storage_trouble(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for what fails inside a view; ``server_error`` is for what fails around one."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    answer.process_exception = trouble_response  # type: ignore[attr-defined]
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a trouble with storing (in saving a session, say) speaks; anything else is the plain page."""
    told = trouble_response(request, sys.exc_info()[1])
    return told if told is not None else render(request, "500.html", status=500)

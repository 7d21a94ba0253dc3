"""The door of uploads: a body that is too large is refused unread, a file that is too large is not kept."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request

from gridward.core.errors import RuleBroken
from gridward.files.storing import MOST_BYTES

MOST_FILES = 5
MOST_BODY_BYTES = MOST_FILES * MOST_BYTES + 2 * 2**20


class CappedFileHandler(TemporaryFileUploadHandler):
    """Streams to disk, nothing beyond the cap: ``prepare`` then refuses, and the form keeps its text."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start < MOST_BYTES:
            super().receive_data_chunk(raw_data, start)


class UploadDoor:
    """Middleware: a request that announces more than five full files is answered before it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced: Any = request.META.get("CONTENT_LENGTH") or "0"
        if not str(announced).isdecimal() or int(announced) <= MOST_BODY_BYTES:
            return self.get_response(request)
        refused = RuleBroken("files.body_too_large", most=MOST_BODY_BYTES // 2**20, files=MOST_FILES)
        answer = HttpResponse(
            refused.sentence(get_language_from_request(request)),
            status=413,
            content_type="text/plain; charset=utf-8",
        )
        answer["Connection"] = "close"
        return answer

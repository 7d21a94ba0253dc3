"""The door of uploads: a body that is too large is refused unread, a file that is too large is not kept."""

from collections.abc import Callable

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse

from gridward.core.errors import RuleBroken
from gridward.files.storing import MOST_BYTES
from gridward.web.refusals import refusal_response

MOST_FILES = 5
MOST_BODY_BYTES = MOST_FILES * MOST_BYTES + 2 * 2**20


class CappedFileHandler(TemporaryFileUploadHandler):
    """Streams to disk, nothing beyond the cap: ``prepare`` then refuses, and the form keeps its text."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start < MOST_BYTES:
            super().receive_data_chunk(raw_data, start)


def upload_door(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a request that announces more than five full files is answered before it is read."""

    def answer(request: HttpRequest) -> HttpResponse:
        announced = str(request.META.get("CONTENT_LENGTH") or "0")
        if not announced.isdecimal() or int(announced) <= MOST_BODY_BYTES:
            return get_response(request)
        refused = RuleBroken("files.body_too_large", most=MOST_BODY_BYTES // 2**20, files=MOST_FILES)
        response = refusal_response(request, refused)
        response.headers["Connection"] = "close"
        return response

    return answer

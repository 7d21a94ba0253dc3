"""Reads of stored files, and the answer that hands one out."""

from django.http import FileResponse

from gridward.files.models import StoredFile
from gridward.files.paper import DOC, DOCX, OFD, PDF, XLS, XLSX
from gridward.files.storing import path_of

ENDINGS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", PDF: ".pdf", DOC: ".doc", XLS: ".xls",
    DOCX: ".docx", XLSX: ".xlsx", OFD: ".ofd",
}  # fmt: skip
PAPER_KINDS = {PDF: "PDF", OFD: "OFD", DOC: "Word", DOCX: "Word", XLS: "Excel", XLSX: "Excel"}


def is_referenced(sha256: str) -> bool:
    """Whether any district has a row for this content."""
    return StoredFile.objects.filter(sha256=sha256).exists()


def serve(stored: StoredFile, *, small: bool = False, name: str = "file") -> FileResponse:
    """The content as an answer. The caller has checked the right to see it.

    Pictures show in the page, papers are handed over as a download; neither is ever taken for a page.
    Raises FileNotFoundError when the content is gone from the disk.
    """
    is_picture = stored.media_type.startswith("image/")
    answer = FileResponse(
        path_of(stored.sha256, small=small and is_picture).open("rb"),
        content_type=stored.media_type,
        as_attachment=not is_picture,
        filename=name + ENDINGS.get(stored.media_type, ""),
    )
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Referrer-Policy"] = "no-referrer"
    return answer

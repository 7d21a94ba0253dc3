"""Every row of a stored file has its content on the disk, unchanged."""

from collections.abc import Iterator

from gridward.files.models import StoredFile
from gridward.files.storing import digest_of, path_of


def contents() -> Iterator[str]:
    """Files that are missing, or that are not what their name says."""
    for sha256 in StoredFile.objects.order_by("sha256").values_list("sha256", flat=True).distinct().iterator():
        path = path_of(sha256)
        if not path.exists():
            yield f"{sha256}: missing"
        elif digest_of(path) != sha256:
            yield f"{sha256}: changed"


CHECKS = (("files.contents", contents),)

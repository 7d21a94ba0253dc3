"""Rows of stored files and their counted references."""

from gridward.core.errors import RuleBroken
from gridward.files.models import StoredFile
from gridward.files.storing import Prepared, path_of
from gridward.work import clock
from gridward.work.locks import lock


def keep_file(*, prepared: Prepared, district_id: int) -> StoredFile:
    """One more reference to a prepared file, in the caller's transaction; its row is made when new."""
    if not path_of(prepared.sha256).exists():  # it waited so long that the sweep took it
        raise RuleBroken("files.gone")
    row, _ = StoredFile.objects.get_or_create(
        district_id=district_id, sha256=prepared.sha256,
        defaults={
            "size": prepared.size, "media_type": prepared.media_type, "width": prepared.width,
            "height": prepared.height, "recorded_at": clock.now(),
        },
    )  # fmt: skip
    row = lock(StoredFile, row.pk)
    row.references += 1
    row.save(update_fields=["references"])
    return row


def keep_files(*, prepared: list[Prepared], district_id: int) -> list[StoredFile]:
    """The bulk twin: one reference for each."""
    return [keep_file(prepared=one, district_id=district_id) for one in prepared]


def release_file(*, stored: StoredFile) -> StoredFile:
    """One reference less, in the caller's transaction; the sweep removes what nobody refers to."""
    row = lock(StoredFile, stored.pk)
    if row.references < 1:
        raise ValueError(f"StoredFile {row.pk} has no reference left to give up")
    row.references -= 1
    row.save(update_fields=["references"])
    return row


def forget_unreferenced(*, most: int = 200) -> list[str]:
    """Delete rows that nothing refers to; answer their hashes, whose files the sweep may remove."""
    unused = StoredFile.objects.filter(references=0).order_by("pk")
    hashes: list[str] = []
    for pk, sha256 in unused.values_list("pk", "sha256")[:most]:
        # The condition is asked again by the deletion itself: a reference taken meanwhile keeps the row.
        count, _ = StoredFile.objects.filter(pk=pk, references=0).delete()
        hashes += [sha256] * bool(count)
    return hashes

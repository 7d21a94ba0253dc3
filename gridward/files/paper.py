"""Say what kind of paper one untrusted file is, by its content alone; nothing is unpacked to disk or rendered.

Run as a script (``python -I paper.py SOURCE``) in a process of its own. One JSON object on stdout: the media type,
or exit 3 and the code of a refusal ``files.<code>``. Sources: APPNOTE.TXT (ZIP), ECMA-376 part 2 (parts and content
types), [MS-CFB] (compound files, their directory), [MS-OVBA] (where macros lie), GB/T 33190 (OFD).
"""

import json
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gridward.core.confining import confine_this_process

CPU_S = 10
MEMORY_BYTES = 512 * 2**20
MOST_PARTS = 2000
MOST_DIRECTORY_BYTES = 2**20
MOST_UNPACKED_BYTES = 200 * 2**20
MOST_RATIO = 200
FREE_BYTES = 2**20  # below this a part may shrink as well as it likes
MOST_READ_BYTES = 2**20
PDF = "application/pdf"
DOC, XLS = "application/msword", "application/vnd.ms-excel"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD = "application/ofd"
MAIN_PARTS = ((b"wordprocessingml.document.main+xml", DOCX), (b"spreadsheetml.sheet.main+xml", XLSX))
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
MACRO_FOLDERS = ("macrosheets/", "activex/")
MACRO_TYPES = (b"macroenabled", b"vbaproject", b"macrosheet")
STREAMS = (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS))
MACRO_STREAMS = frozenset({"Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR"})
END, ENDS_WITH = b"PK\x05\x06", 22 + 65535
FREE_SECTOR = 0xFFFFFFFA


class Refused(Exception):  # noqa: N818 - reads as a sentence
    """The paper is not taken; the code ends a refusal ``files.<code>``."""


def media_type_of(path: Path) -> str:
    """The media type of a paper that may be kept.

    Raises
    ------
    Refused
        ``kind_not_paper``, ``broken_paper``, ``paper_bomb``, ``paper_locked`` or ``paper_with_macros``.
    """
    with path.open("rb") as opened:
        head = opened.read(8)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _of_archive(path)
    if head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _of_compound(path.read_bytes())
    raise Refused("kind_not_paper")


def _of_archive(path: Path) -> str:
    """A zip with the parts of a text, a table or an OFD, within bounds and without macros."""
    _check_end(path)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_parts(parts, path.stat().st_size)
            return _kind(archive, {part.filename for part in parts})
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise Refused("broken_paper") from error


def _check_end(path: Path) -> None:
    """The list of parts is bounded before it is read; the record is found as ``zipfile`` finds it."""
    size = path.stat().st_size
    with path.open("rb") as opened:
        opened.seek(max(size - ENDS_WITH, 0))
        tail = opened.read()
    plain = len(tail) - 22
    at = plain if tail[plain : plain + 4] == END and tail.endswith(b"\0\0") else tail.rfind(END)
    if at < 0 or len(tail) - at < 22:
        raise Refused("broken_paper")
    count, length = struct.unpack_from("<HI", tail, at + 10)
    if count > MOST_PARTS or length > MOST_DIRECTORY_BYTES:
        raise Refused("paper_bomb")


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise Refused("paper_bomb")
    if sum(part.compress_size for part in parts) > size:  # parts that lie over each other
        raise Refused("paper_bomb")
    for part in parts:
        if part.flag_bits & 1:
            raise Refused("paper_locked")
        if part.file_size > max(FREE_BYTES, part.compress_size * MOST_RATIO):
            raise Refused("paper_bomb")
        if not _stays_inside(part):
            raise Refused("broken_paper")


def _stays_inside(part: zipfile.ZipInfo) -> bool:
    """A plain path below the archive's own folder; no link."""
    name, is_link = part.filename, part.external_attr >> 16 & 0o170000 == 0o120000
    return not (is_link or "\\" in name or ":" in name or name.startswith("/") or ".." in PurePosixPath(name).parts)


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "OFD.xml" in names:
        if b"OFD" not in _read(archive, "OFD.xml")[:4096]:
            raise Refused("broken_paper")
        return OFD
    if "[Content_Types].xml" not in names:
        raise Refused("kind_not_paper")
    types = _read(archive, "[Content_Types].xml")
    _check_macros(names, types.lower())
    for mark, media_type in MAIN_PARTS:
        if mark in types:
            return media_type
    raise Refused("kind_not_paper")


def _check_macros(names: set[str], types: bytes) -> None:
    lowered = [name.lower() for name in names]
    in_parts = any(name.endswith(MACRO_PARTS) or any(f in name for f in MACRO_FOLDERS) for name in lowered)
    if in_parts or any(mark in types for mark in MACRO_TYPES):
        raise Refused("paper_with_macros")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(MOST_READ_BYTES)


def _of_compound(content: bytes) -> str:
    """An old text or table, by the names in the directory of its compound file."""
    try:
        names = set(_directory(content))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Refused("broken_paper") from error
    if names & MACRO_STREAMS:
        raise Refused("paper_with_macros")
    if "EncryptedPackage" in names:
        raise Refused("paper_locked")
    for stream, media_type in STREAMS:
        if stream in names:
            return media_type
    raise Refused("kind_not_paper")


def _directory(content: bytes) -> Iterator[str]:
    """Names of streams and storages, sector by sector; each sector is visited once, so that no ring holds us."""
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in (9, 12):
        raise Refused("broken_paper")
    size = 1 << shift
    fat = [sector for sector in struct.unpack_from("<109I", content, 76) if sector < FREE_SECTOR]
    here, seen = struct.unpack_from("<I", content, 48)[0], set[int]()
    while here < FREE_SECTOR and here not in seen:
        seen.add(here)
        yield from _names(content, (here + 1) * size, size)
        table = fat[here * 4 // size]
        here = struct.unpack_from("<I", content, (table + 1) * size + here * 4 % size)[0]


def _names(content: bytes, start: int, size: int) -> Iterator[str]:
    for at in range(start, start + size, 128):
        length, kind = struct.unpack_from("<HB", content, at + 64)
        if kind and 2 <= length <= 64:
            yield content[at : at + length - 2].decode("utf-16-le")


def main(arguments: list[str]) -> int:
    confine_this_process(cpu_s=CPU_S, memory_bytes=MEMORY_BYTES, output_bytes=0)
    try:
        answer = {"media_type": media_type_of(Path(arguments[0]))}
    except Refused as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": "paper_bomb"}
    sys.stdout.write(json.dumps(answer))
    return 3 if "refused" in answer else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Papers as offices send them, and as ill-willed people would: made here, byte by byte."""

import io
import struct
import zipfile

MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
}


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 3, 4, 10, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def office(kind: str, more: dict[str, bytes] | None = None) -> bytes:
    """A text or table with the one part that says what it is; ``docm`` holds macros."""
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{MAIN[kind]}"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), "word/document.xml": b"<w/>", **(more or {})})


OFD = {"OFD.xml": b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>'}


def compound(*names: str, ring: bool = False) -> bytes:
    """A compound file of one table sector and as many directory sectors as the names fill, four to each."""
    rows = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HB", len(name) * 2 + 2, 2) + b"\0" * 61
        for name in names
    )
    sectors = [rows[at : at + 512].ljust(512, b"\0") for at in range(0, len(rows), 512)]
    chain = [0xFFFFFFFD, *range(2, len(sectors) + 1), 1 if ring else 0xFFFFFFFE]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHH", 0x3E, 3, 0xFFFE, 9)
    head = head.ljust(48, b"\0") + struct.pack("<I", 1)
    head = head.ljust(76, b"\0") + struct.pack("<I", 0) + b"\xff" * 4 * 108
    return head + struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff") + b"".join(sectors)

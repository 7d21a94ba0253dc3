"""Decode one untrusted picture in a process of its own, and write it anew without anything but its pixels.

Run as a script (``python -I picture.py SOURCE PICTURE THUMBNAIL FORMAT``), so that a bomb or a broken decoder
takes down nothing but itself. One JSON object on stdout says what was found; exit 3 = refused, with a code.
"""

import json
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageOps

from gridward.core.confining import confine_this_process

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 4096
THUMBNAIL_SIDE = 480
CPU_S = 20
MEMORY_BYTES = 1536 * 2**20
OUTPUT_BYTES = 60 * 2**20
QUALITY = 85


class Refused(Exception):  # noqa: N818 - reads as a sentence
    """The picture is not taken; the code ends a refusal ``files.<code>``."""


def open_picture(path: Path, kind: str) -> Image.Image:
    """The picture's head; refused when it claims more pixels than anybody photographs."""
    Image.MAX_IMAGE_PIXELS = None  # counted here, before a pixel is decoded
    try:
        image = Image.open(path, formats=[kind])
    except Exception as error:  # a decoder fed with garbage raises anything
        raise Refused("broken_picture") from error
    if image.width * image.height > MOST_PIXELS:
        raise Refused("too_many_pixels")
    return image


def clean_pixels(image: Image.Image) -> Image.Image:
    """Upright, first frame, no larger than LONGEST_SIDE, and carrying no text, profile or position."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    clean = upright.convert("RGBA" if see_through and image.format != "JPEG" else "RGB")
    clean.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean.info = {}
    return clean


def save(clean: Image.Image, target: Path, kind: str) -> None:
    """Write in the given format; everything that is not a pixel stays behind."""
    extra: dict[str, Any] = {} if kind == "PNG" else {"quality": QUALITY}
    clean.save(target, format=kind, **extra)


def position_of(exif: Image.Exif) -> tuple[float, float] | None:
    """Longitude and latitude in degrees (WGS 84, as the Exif standard has it), or none."""
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps.get(ExifTags.GPS.GPSLatitudeRef) == "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps.get(ExifTags.GPS.GPSLongitudeRef) == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    inside = -180 <= longitude <= 180 and -90 <= latitude <= 90 and (longitude, latitude) != (0, 0)
    return (longitude, latitude) if inside else None


def _degrees(parts: Any, is_negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if is_negative else value


def taken_at_of(exif: Image.Exif, offset_s: int) -> datetime | None:
    """When the photo was taken, in UTC: by its own offset, else by the district's (``offset_s``, seconds)."""
    details = exif.get_ifd(ExifTags.IFD.Exif)
    text = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = str(details.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
    zone = timezone(timedelta(seconds=offset_s))
    try:
        local = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)
        if offset:
            local = local.replace(tzinfo=datetime.strptime(offset, "%z").tzinfo)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_and_clean(source: Path, picture: Path, thumbnail: Path, kind: str, offset_s: int) -> dict[str, Any]:
    """Write both pictures; answer size, position and time."""
    image = open_picture(source, kind)
    try:
        exif = image.getexif()
        position, taken_at = position_of(exif), taken_at_of(exif, offset_s)
    except Exception:  # a broken Exif block costs the facts, not the photo
        position, taken_at = None, None
    written = "PNG" if kind == "GIF" else kind
    try:
        clean = clean_pixels(image)
    except Exception as error:
        raise Refused("broken_picture") from error
    save(clean, picture, written)
    small = clean.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    save(small, thumbnail, written)
    return {
        "width": clean.width, "height": clean.height, "position": position,
        "taken_at": taken_at.isoformat() if taken_at else None,
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    source, picture, thumbnail = (Path(name) for name in arguments[:3])
    confine_this_process(cpu_s=CPU_S, memory_bytes=MEMORY_BYTES, output_bytes=OUTPUT_BYTES)
    try:
        answer = read_and_clean(source, picture, thumbnail, arguments[3], int(arguments[4]))
    except Refused as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": "too_many_pixels"}
    sys.stdout.write(json.dumps(answer))
    return 3 if "refused" in answer else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

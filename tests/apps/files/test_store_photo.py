"""Photos from strangers: judged by content, decoded apart, stripped, kept once."""

import io
import os
import struct
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from gridward.core.errors import RuleBroken
from gridward.files import picture, storing
from gridward.files.storing import path_of, prepare


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.GRIDWARD_HOME = tmp_path / "home"
    return settings.GRIDWARD_HOME


def photo(kind="JPEG", size=(800, 600), exif=None, **extra) -> io.BytesIO:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    stream = io.BytesIO()
    image.save(stream, format=kind, **({"exif": exif} if exif else {}), **extra)
    stream.seek(0)
    return stream


def exif_with_position(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "PLANTED-CAMERA"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = "2025:03:04 09:30:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (28.0, 11.0, 24.0)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    gps[ExifTags.GPS.GPSLongitude] = (113.0, 1.0, 30.0)
    return exif


def code_of(stream, **options) -> str:
    with pytest.raises(RuleBroken) as refused:
        prepare(stream, **options)
    assert refused.value.sentence("zh") and refused.value.sentence("en")
    return refused.value.code


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/png")],
)
def test_a_picture_of_each_kind_is_kept_with_a_small_one_beside_it(kind, media_type):
    prepared = prepare(photo(kind))
    assert (prepared.media_type, prepared.width, prepared.height) == (media_type, 800, 600)
    assert prepared.size == path_of(prepared.sha256).stat().st_size
    with Image.open(path_of(prepared.sha256, small=True)) as small:
        assert small.size == (480, 360)


def test_position_and_time_are_read_and_then_stripped():
    prepared = prepare(photo(exif=exif_with_position(), comment=b"PLANTED-COMMENT"))
    assert prepared.position == pytest.approx((113.025, 28.19))
    assert prepared.taken_at == datetime(2025, 3, 4, 1, 30, tzinfo=UTC), "district time, no offset given"
    for small in (False, True):
        raw = path_of(prepared.sha256, small=small).read_bytes()
        assert b"PLANTED" not in raw and b"Exif" not in raw


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_colour_profile_and_text_do_not_survive(kind):
    profile = b"PLANTED-PROFILE" * 20
    prepared = prepare(photo(kind, exif=exif_with_position(), icc_profile=profile))
    assert b"PLANTED" not in path_of(prepared.sha256).read_bytes()
    with Image.open(path_of(prepared.sha256)) as kept:
        assert not kept.getexif() and "icc_profile" not in kept.info


def test_a_turned_photo_is_kept_upright():
    prepared = prepare(photo(size=(800, 600), exif=exif_with_position(orientation=6)))
    assert (prepared.width, prepared.height) == (600, 800)


def test_a_transparent_picture_stays_transparent():
    stream = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(stream, format="PNG")
    stream.seek(0)
    with Image.open(path_of(prepare(stream).sha256)) as kept:
        assert kept.getpixel((3, 3))[3] == 0


def test_the_same_content_twice_is_one_file():
    first, second = prepare(photo()), prepare(photo())
    assert first.sha256 == second.sha256
    assert len([path for path in storing.files_folder().rglob("*") if path.is_file()]) == 3, "content, small, lock"


def test_a_camera_sized_photo_is_kept_at_most_4096_wide():
    prepared = prepare(photo(size=(6000, 3000)))
    assert (prepared.width, prepared.height) == (4096, 2048)


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00 a program named photo.jpg", b"<svg onload='x'/>", b"<html>", b"PK\x03\x04zip"]
)
def test_what_only_says_that_it_is_a_photo_is_refused(content):
    stream = io.BytesIO(content)
    stream.name = "photo.jpg"
    assert code_of(stream) == "files.kind_not_taken"


@pytest.mark.parametrize(
    "content",
    [b"\xff\xd8\xff" + b"\x00" * 500, b"\x89PNG\r\n\x1a\n" + b"junk" * 50, b"RIFF\x00\x00\x00\x00WEBPjunk"],
)
def test_a_photo_that_is_one_only_in_its_first_bytes_is_refused(content):
    assert code_of(io.BytesIO(content)) == "files.broken_picture"


def test_a_photo_cut_off_in_the_middle_is_refused():
    whole = photo("PNG").getvalue()
    assert code_of(io.BytesIO(whole[: len(whole) // 2])) == "files.broken_picture"


def bomb(width: int, height: int) -> io.BytesIO:
    """A PNG of very many pixels in a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = bytes(width // 8 + 2)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def test_a_decompression_bomb_is_refused_before_it_is_decoded():
    assert code_of(bomb(30_000, 30_000)) == "files.too_many_pixels"


def test_a_decoder_that_eats_too_much_memory_ends_alone(monkeypatch):
    before = Path(picture.__file__).read_text("utf-8")
    starved = before.replace("MEMORY_BYTES = 1536 * 2**20", "MEMORY_BYTES = 60 * 2**20")
    script = storing.files_folder() / "starved.py"
    script.parent.mkdir(parents=True)
    script.write_text(starved, "utf-8")
    monkeypatch.setattr(picture, "__file__", str(script))
    assert code_of(photo(size=(6000, 6000))) in ("files.too_many_pixels", "files.broken_picture")


def test_a_decoder_that_never_ends_is_stopped(monkeypatch, tmp_path):
    script = tmp_path / "dawdle.py"
    script.write_text("import time; time.sleep(60)", "utf-8")
    monkeypatch.setattr(picture, "__file__", str(script))
    monkeypatch.setattr(storing, "DECODE_S", 0.3)
    assert code_of(photo()) == "files.broken_picture"


class EndlessUpload:
    """200 MB that say nothing of their size; counts how much was taken."""

    def __init__(self):
        self.left, self.taken = 200 * 2**20, 0

    def read(self, size=-1, /):
        part = min(self.left, size)
        self.left, self.taken = self.left - part, self.taken + part
        return b"\xff\xd8\xff" + bytes(part - 3) if part > 3 else b""


def test_200_megabytes_are_refused_at_the_cap_and_leave_nothing():
    upload = EndlessUpload()
    assert code_of(upload) == "files.too_large"
    assert upload.taken <= storing.MOST_BYTES + storing.CHUNK
    assert not [path for path in storing.files_folder().rglob("*") if path.is_file()]


def test_an_upload_that_states_200_megabytes_is_not_read():
    upload = EndlessUpload()
    upload.size = 200 * 2**20
    assert code_of(upload) == "files.too_large"
    assert upload.taken == 0


def test_an_empty_file_is_refused():
    assert code_of(io.BytesIO(b"")) == "files.empty"


def test_a_paper_is_taken_only_where_papers_are():
    paper = b"%PDF-1.7\n%%EOF"
    assert code_of(io.BytesIO(paper)) == "files.kind_not_taken"
    assert prepare(io.BytesIO(paper), papers=True).media_type == "application/pdf"


def test_the_decoder_does_not_load_the_application():
    code = f"import sys, runpy; runpy.run_path({picture.__file__!r}); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False).returncode == 0


def test_a_file_beyond_the_cap_does_not_reach_the_disk_and_the_form_keeps_its_words(rf):
    upload = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff" + bytes(storing.MOST_BYTES + 2**20))
    request = rf.post("/", {"words": "路灯", "photo": upload})
    taken = request.FILES["photo"]
    assert request.POST["words"] == "路灯"
    assert os.path.getsize(taken.temporary_file_path()) <= storing.MOST_BYTES + 2**16
    assert code_of(taken) == "files.too_large"

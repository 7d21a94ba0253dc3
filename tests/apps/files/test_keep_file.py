"""References to a content are counted; what nobody refers to leaves the disk."""

import io
import os
import time

import pytest
from django.db import transaction
from PIL import Image

from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.files import queries, sweeping
from gridward.files.actions import keep_file, release_file
from gridward.files.checks import contents
from gridward.files.models import StoredFile
from gridward.files.storing import files_folder, path_of, prepare
from gridward.work import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.GRIDWARD_HOME = tmp_path / "home"
    return settings.GRIDWARD_HOME


@pytest.fixture
def districts():
    rows = [District(id=4001, code6="990101", name_zh="甲区", name_en="A"),
            District(id=4002, code6="990102", name_zh="乙区", name_en="B")]  # fmt: skip
    return District.objects.bulk_create(rows)


def picture(colour="red"):
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, format="PNG")
    stream.seek(0)
    return prepare(stream)


def make_old(sha256: str) -> None:
    past = time.time() - 2 * sweeping.WAIT_S
    os.utime(path_of(sha256), (past, past))


@transaction.atomic
def keep(prepared, district_id=4001):
    return keep_file(prepared=prepared, district_id=district_id)


def test_two_uses_of_one_content_are_one_row_with_two_references(districts):
    prepared = picture()
    assert keep(prepared).pk == keep(prepared).pk
    row = StoredFile.objects.get()
    assert (row.references, row.size, row.media_type, row.width) == (2, prepared.size, "image/png", 64)


def test_each_district_counts_for_itself(districts):
    prepared = picture()
    keep(prepared), keep(prepared, 4002)
    assert set(StoredFile.objects.values_list("district_id", "references")) == {(4001, 1), (4002, 1)}


def test_a_released_content_leaves_row_and_disk(districts):
    row = keep(picture())
    release_file(stored=row)
    make_old(row.sha256)
    assert sweeping.sweep_files(at=clock.now()) == 1
    assert not StoredFile.objects.exists()
    assert not path_of(row.sha256).exists() and not path_of(row.sha256, small=True).exists()


def test_a_content_that_another_district_uses_stays(districts):
    prepared = picture()
    row = keep(prepared)
    keep(prepared, 4002)
    release_file(stored=row)
    make_old(row.sha256)
    sweeping.sweep_files(at=clock.now())
    assert path_of(row.sha256).exists()
    assert StoredFile.objects.get().district_id == 4002


def test_no_reference_can_be_given_up_twice(districts):
    row = keep(picture())
    release_file(stored=row)
    with pytest.raises(ValueError, match="no reference"):
        release_file(stored=row)


def test_a_prepared_file_waits_an_hour_for_its_row(districts):
    prepared = picture()
    prefix = prepared.sha256[:2]
    assert sweeping.remove_orphans(prefix) == 0
    make_old(prepared.sha256)
    assert sweeping.remove_orphans(prefix) == 1
    with pytest.raises(RuleBroken) as refused:
        keep(prepared)
    assert refused.value.code == "files.gone"


def test_an_orphan_in_use_again_is_not_swept(districts):
    prepared = picture()
    make_old(prepared.sha256)
    keep(prepared)
    assert sweeping.remove_orphans(prepared.sha256[:2]) == 0


def test_scratch_of_a_crash_is_cleared_after_an_hour():
    left = files_folder() / "incoming" / "left"
    left.mkdir(parents=True)
    sweeping.clear_scratch()
    assert left.exists()
    os.utime(left, (1, 1))
    sweeping.clear_scratch()
    assert not left.exists()


def test_a_photo_is_served_as_what_it_is_and_stays_private(districts):
    row = keep(picture())
    answer = queries.serve(row, name="路灯")
    assert b"".join(answer.streaming_content) == path_of(row.sha256).read_bytes()
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Disposition"].startswith("inline") and "%E8%B7%AF" in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_paper_is_handed_over_as_a_download(districts):
    row = keep(prepare(io.BytesIO(b"%PDF-1.7 planted script"), papers=True))
    assert queries.serve(row, small=True)["Content-Disposition"].startswith("attachment")


def test_a_content_that_is_missing_or_changed_is_named(districts):
    whole, changed, missing = (keep(picture(colour)).sha256 for colour in ("red", "green", "blue"))
    assert list(contents()) == []
    path_of(changed).write_bytes(b"another picture")
    path_of(missing).unlink()
    assert sorted(contents()) == sorted([f"{changed}: changed", f"{missing}: missing"]) and whole

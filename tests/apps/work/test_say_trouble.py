"""A locked or full database, a full disk: a clear sentence, a 503, and nobody's words are lost."""

import re
import sqlite3
from contextlib import closing

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from gridward.districts.models import District
from gridward.web import kept
from gridward.work.edge import trouble_of
from gridward.work.models import ImportBatch

WORDS = "楼道灯坏了三天，夜里看不见。" * 3
only_geopackage = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own limits")


def write(request):
    """A view that stores what was typed, in one transaction of two writes."""
    with transaction.atomic():
        for part in ("first", "second"):
            ImportBatch.objects.create(
                district_id=7, kind="tests", file_name=part, sha256="", recorded_at="2026-01-01T00:00:00Z",
                report={"words": request.POST.get("words", "") * int(request.POST.get("times", "1"))},
            )  # fmt: skip
    return HttpResponse("stored")


def write_to_full_disk(request):
    with open("/dev/full", "wb") as full:
        full.write(b"x" * 100_000)
    return HttpResponse("stored")


def wrong(request):
    return HttpResponse(str(1 // 0))


urlpatterns = [
    path("write/", write), path("full/", write_to_full_disk), path("wrong/", wrong),
    path("", include("gridward.project.urls")),
]  # fmt: skip
handler500 = "gridward.work.edge.server_error"


@pytest.fixture
def browser(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False, headers={"Origin": "http://testserver"})


@pytest.fixture
def district():
    return District.objects.create(id=7, code6="990107", name_zh="示例区", name_en="Example")


def kept_words(response) -> list[str]:
    token = re.search(r'name="kept" value="([^"]+)"', response.content.decode())
    return kept.read(token[1]).long_ones


def post(browser, address="/write/", times=1):
    return browser.post(address, {"words": WORDS, "times": times})


@only_geopackage
@pytest.mark.django_db(transaction=True)
def test_a_locked_database_keeps_the_words_and_takes_them_a_moment_later(two_sessions, browser):
    District.objects.create(id=7, code6="990107", name_zh="示例区", name_en="Example")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(two_sessions.url.removeprefix("gpkg://"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        response = post(browser)
        assert response.status_code == 503 and response["Retry-After"]
        assert "系统这会儿很忙" in response.content.decode()
        assert kept_words(response) == [WORDS]
        other.execute("ROLLBACK")
    assert not ImportBatch.objects.exists()
    assert post(browser).content == b"stored"
    assert ImportBatch.objects.count() == 2


@only_geopackage
@pytest.mark.django_db(transaction=True)
def test_a_full_database_stores_nothing_by_halves_and_says_so(two_sessions, browser, district):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 40}")
    response = post(browser, times=1000)
    assert response.status_code == 503
    assert "磁盘满了" in response.content.decode()
    assert kept_words(response)[0] == WORDS
    assert not ImportBatch.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {pages + 4000}")
    assert post(browser, times=1000).content == b"stored"


@pytest.mark.django_db
def test_a_full_disk_says_so(browser):
    response = post(browser, "/full/")
    assert response.status_code == 503 and "磁盘满了" in response.content.decode()
    assert kept_words(response) == [WORDS]


@pytest.mark.django_db
def test_a_machine_that_asks_gets_the_code(browser):
    response = browser.post("/full/", {"words": WORDS}, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["code"]) == (503, "work.disk_full")


@pytest.mark.django_db
def test_a_part_of_a_page_gets_a_part_of_a_page(browser):
    response = browser.post("/full/", {"words": WORDS}, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (503, "#notices")


@pytest.mark.django_db
def test_any_other_error_stays_an_error(browser):
    response = post(browser, "/wrong/")
    assert response.status_code == 500
    assert 'name="kept"' not in response.content.decode()


@pytest.mark.django_db
def test_a_refused_lock_on_postgresql_is_busy(db):
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL's own words")
    with pytest.raises(OperationalError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT pg_sleep(2)")
    assert trouble_of(error.value) == "work.database_busy"


def test_only_what_is_about_storing_is_trouble():
    assert trouble_of(ValueError("disk full")) is None
    assert trouble_of(FileNotFoundError(2, "no such file")) is None
    assert trouble_of(OSError(28, "No space left on device")) == "work.disk_full"
    assert trouble_of(None) is None


@pytest.mark.django_db
def test_a_body_of_200_megabytes_is_refused_unread(browser):
    class Unreadable:
        def read(self, size=-1):
            raise AssertionError("nobody reads a body that is too large")

        readline = read

    response = browser.generic("POST", "/write/", b"", content_type="multipart/form-data; boundary=x",
                               CONTENT_LENGTH=str(200 * 2**20), **{"wsgi.input": Unreadable()})  # fmt: skip
    assert response.status_code == 413
    assert "每次最多传 5 个文件" in response.content.decode()

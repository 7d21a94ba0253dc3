"""The guided tour: only in an example, only on its machine; each step is a page and a sign-in."""

import re
from pathlib import Path

import pytest
from django.test import Client

from gridward.demo.content import rows, table
from gridward.work import clock
from tests.apps.cases.scene import Scene, build_kinds
from tests.cast import Cast
from tests.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def example(town: Town, cast: Cast) -> Town:
    """The town, marked as an example."""
    town.district.is_demo = True
    town.district.save()
    return town


def words(answer) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_real_district_has_no_tour(town: Town, cast: Cast) -> None:
    client = Client()
    assert "/demo/tour/" not in words(client.get("/"))
    assert client.post("/demo/tour/", {"step": "first"}).status_code == 404
    assert client.get("/demo/file/").status_code == 404


def test_from_another_machine_there_is_no_tour(example: Town) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    assert "/demo/tour/" not in words(client.get("/"))
    assert (
        client.post("/demo/tour/", {"step": "first"}).status_code == 404
        and client.get("/demo/file/").status_code == 404
    )


def test_it_goes_on_and_back_signs_in_and_is_left(example: Town) -> None:
    client = Client()
    assert "/demo/tour/" in words(client.get("/")) and client.get("/demo/tour/").status_code == 405
    overview = client.post("/demo/tour/", {"step": "first"}, follow=True)
    assert overview.request["PATH_INFO"] == "/overview/" and overview.wsgi_request.user.username == "wen"
    assert 'data-step="overview"' in words(overview) and 'value="report"' in words(overview)
    report = client.post("/demo/tour/", {"step": "report"}, follow=True)
    assert report.request["PATH_INFO"] == "/report/problem/" and not report.wsgi_request.user.is_authenticated
    assert 'value="overview"' in words(report)
    assert 'data-step="report"' in words(client.get("/guides/"))  # also where one strays
    assert client.post("/demo/tour/", {"step": "nothing"}).status_code == 404
    left = client.post("/demo/tour/", {"step": ""}, follow=True)
    assert left.request["PATH_INFO"] == "/" and "data-step" not in words(left) and "tour-begin" in words(left)


def test_a_step_without_its_page_or_case_is_absent(example: Town) -> None:
    client = Client()
    client.post("/demo/tour/", {"step": "first"})
    codes = client.session["tour"]["codes"]
    assert not {"worst", "rework", "slip", "refused"} & set(codes) and codes[:2] == ["overview", "report"]
    assert client.post("/demo/tour/", {"step": "worst"}).status_code == 404


def test_what_waits_for_dispatch_was_taken_in_by_the_real_actions(example: Town, cast: Cast) -> None:
    client = Client()
    client.post("/demo/tour/", {"step": "report"})
    case = Scene(example, cast, build_kinds(example), clock.now()).report("lamp")
    page = client.post("/demo/tour/", {"step": "dispatch"}, follow=True)
    case.refresh_from_db()
    assert page.request["PATH_INFO"] == f"/cases/{case.number}/moves/dispatch/" and case.state == "pending_dispatch"
    assert [step.verb for step in case.steps.order_by("n")] == ["cases.submit", "cases.accept", "cases.file"]


def test_every_step_speaks_both_languages_and_names_one_of_the_cast() -> None:
    cast = {row["key"] for row in rows("cast")} | {""}
    for row in table("tour")["step"]:
        assert row["who"] in cast
        assert all(row[f"{what}_{language}"] for what in ("title", "hint") for language in ("zh", "en"))


def test_the_tutorial_shows_every_step() -> None:
    folder = Path(__file__).resolve().parents[3] / "docs" / "tutorial"
    for name, language in (("ten-minutes.md", "en"), ("ten-minutes.zh.md", "zh")):
        text = (folder / name).read_text("utf-8")
        for row in table("tour")["step"]:
            assert row[f"title_{language}"] in text and row[f"hint_{language}"] in text, row["code"]
        assert all((folder / path).is_file() for path in re.findall(r"\((pictures/[^)]+)\)", text))

"""The pages of administration: who finds them, what each does, and that a slip is shown once."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridward.accounts import queries
from gridward.accounts.models import Body, Grant, User
from gridward.audit.models import Entry
from gridward.work.models import ImportBatch
from tests.apps.accounts.test_create_user import local_administrator
from tests.apps.accounts.test_import_people import lines, sheet
from tests.cast import Cast
from tests.town import Town

Browser = Callable[[str], Client]
PEOPLE = "/accounts/people/"


def person(cast: Cast, name: str, way: str = "") -> str:
    return f"{PEOPLE}{cast[name].public_id}/{way}"


NEW = {"name": "孟想", "username": "meng", "body": "committee-dukou", "role": "community_secretary"}


@pytest.mark.parametrize(
    "page", [PEOPLE, f"{PEOPLE}new/", f"{PEOPLE}import/", "/accounts/bodies/", "/accounts/people.csv"]
)
def test_administrators_find_the_pages_and_others_do_not(cast: Cast, client_of: Browser, page: str) -> None:
    assert {name: client_of(name).get(page).status_code for name in ("sun", "nie")} == {"sun": 200, "nie": 200}
    for name in ("cleo", "gao", "wen", "ivy", "pan"):
        assert client_of(name).get(page).status_code == 404
    assert client_of("ada").get(page).status_code == 302


def test_the_list_is_filtered_by_words_role_body_and_those_who_left(cast: Cast, client_of: Browser) -> None:
    sun = client_of("sun")

    def found(query: str) -> set[str]:
        page = sun.get(f"{PEOPLE}?{query}").content.decode()
        return {name for name in cast.users if f"/{cast[name].public_id}/" in page}

    assert found("q=高建") == {"gao"}
    assert found("q=GAO") == {"gao"}
    assert found("role=grid_worker") == {"gao", "eva"}
    assert found("body=maintenance") == {"ben", "deng"}
    assert found("q=范宁") == set()
    User.objects.filter(username="gao").update(left_on="2026-01-01")
    assert found("role=grid_worker") == {"eva"} and found("left=on") == {"gao"}


def test_a_subdistrict_sees_its_own_people_and_nobody_else(
    town: Town, cast: Cast, client_of: Browser, at: datetime
) -> None:
    local_administrator(town, cast, at)
    client = client_of("hui")
    client.post("/accounts/role/", {"role": f"sysadmin:{town.bodies['office_liuan'].pk}"})
    page = client.get(PEOPLE).content.decode()
    seen = {name for name in cast.users if f"/{cast[name].public_id}/" in page}
    assert seen == {"gao", "eva", "lin", "shu", "hui"}
    assert client.get(person(cast, "gao")).status_code == 200
    assert client.get(person(cast, "cleo")).status_code == 404
    assert client.post(person(cast, "cleo", "reset/")).status_code == 404
    assert client.get("/accounts/bodies/committee-liuyin/").status_code == 200
    assert client.get("/accounts/bodies/centre/").status_code == 404
    assert client.get("/accounts/delegated/").status_code == 404


def test_what_a_subdistrict_does_stands_before_the_district(
    town: Town, cast: Cast, client_of: Browser, at: datetime
) -> None:
    local_administrator(town, cast, at)
    hui = client_of("hui")
    hui.post("/accounts/role/", {"role": f"sysadmin:{town.bodies['office_liuan'].pk}"})
    assert hui.post(person(cast, "gao", "reset/")).status_code == 200
    page = client_of("sun").get("/accounts/delegated/").content.decode()
    assert cast["hui"].name in page and f"accounts.User:{cast['gao'].pk}" in page


def test_the_export_is_guarded_against_formulas_and_leaves_an_entry(cast: Cast, client_of: Browser) -> None:
    User.objects.filter(username="gao").update(name="=1+1")
    text = client_of("sun").get("/accounts/people.csv?q=gao").content.decode("utf-8-sig")
    assert "'=1+1" in text and "cleo" not in text
    assert Entry.objects.filter(verb="accounts.export_people").count() == 1


def test_a_new_person_comes_with_a_slip_that_is_shown_once(town: Town, cast: Cast, client_of: Browser) -> None:
    sun = client_of("sun")
    answer = sun.post(f"{PEOPLE}new/", NEW)
    slip = re.findall(r'<code class="code">([^<]+)</code>', answer.content.decode())[1]
    meng = User.objects.get(username="meng")
    assert meng.check_password(slip) and "no-store" in answer["Cache-Control"]
    assert Grant.objects.get(user=meng).scope == f"area:{town.divisions['dukou'].pk}"
    assert slip not in sun.get(f"{PEOPLE}{meng.public_id}/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"username": "Meng Xiang"}, {"username": "gao"}, {"role": "king"}, {"body": "nowhere"}, {"area": "火星"},
     {"role": "grid_worker"}, {"role": "grid_worker", "grids": "nowhere"}, {"name": ""}],
)  # fmt: skip
def test_a_wrong_form_says_so_and_makes_nobody(cast: Cast, client_of: Browser, wrong: dict[str, str]) -> None:
    before = User.objects.count()
    assert client_of("sun").post(f"{PEOPLE}new/", {**NEW, **wrong}).status_code == 422
    assert User.objects.count() == before


def test_a_security_administrator_makes_no_accounts(cast: Cast, client_of: Browser) -> None:
    assert client_of("nie").post(f"{PEOPLE}new/", NEW).status_code == 422
    assert not User.objects.filter(username="meng").exists()


def test_a_role_is_given_and_withdrawn_on_the_page(town: Town, cast: Cast, client_of: Browser) -> None:
    sun = client_of("sun")
    given = {"body": "committee-liuyin", "role": "grid_leader", "grids": town.grids["liuyin_w"].code}
    assert sun.post(person(cast, "shu", "grant/"), given).status_code == 302
    assert "柳荫社区西网格" in sun.get(person(cast, "shu")).content.decode()
    assert sun.post(person(cast, "shu", "grant/"), given).status_code == 422
    grant = Grant.objects.get(user=cast["shu"], role="grid_leader")
    assert sun.post(person(cast, "gao", f"grants/{grant.pk}/withdraw/")).status_code == 404
    assert sun.post(person(cast, "shu", f"grants/{grant.pk}/withdraw/"), {"for_cause": "1"}).status_code == 302
    grant.refresh_from_db()
    assert grant.is_withdrawn_for_cause and grant.valid_to is not None


def test_a_name_is_corrected(cast: Cast, client_of: Browser) -> None:
    assert client_of("sun").post(person(cast, "gao", "rename/"), {"name": "高建国（西）"}).status_code == 302
    assert User.objects.get(username="gao").name == "高建国（西）"


def test_leaving_shows_what_ends_and_then_ends_it(cast: Cast, client_of: Browser) -> None:
    sun = client_of("sun")
    page = sun.get(person(cast, "gao", "leave/")).content.decode()
    assert "<strong>1</strong>" in page and str(cast["eva"].public_id) in page
    assert sun.post(person(cast, "gao", "leave/"), {"successor": str(cast["lin"].public_id)}).status_code == 422
    assert sun.post(person(cast, "gao", "leave/"), {"successor": str(cast["eva"].public_id)}).status_code == 302
    assert not User.objects.get(username="gao").is_active
    assert cast["gao"].posts.filter(valid_to__isnull=True, retired_at__isnull=True).count() == 0
    assert sun.post(person(cast, "gao", "leave/"), {}).status_code == 422


def test_a_body_is_made_changed_and_ended_on_the_page(cast: Cast, client_of: Browser) -> None:
    sun = client_of("sun")
    new = {"name_zh": "柳荫信息站", "name_en": "Liuyin Station", "code": "station", "kind": "information_station",
           "parent": "committee-liuyin"}  # fmt: skip
    assert sun.post("/accounts/bodies/new/", new).url == "/accounts/bodies/station/"  # type: ignore[attr-defined]
    assert sun.post("/accounts/bodies/new/", new).status_code == 422
    changed = {**new, "duty_phone": "0731-0000", "parent": "office-qiaodong"}
    assert sun.post("/accounts/bodies/station/", changed).status_code == 302
    station = Body.objects.get(code="station")
    assert station.duty_phone == "0731-0000" and station.parent and station.parent.code == "office-qiaodong"
    assert sun.post("/accounts/bodies/station/end/").status_code == 302
    assert sun.post("/accounts/bodies/maintenance/end/").status_code == 409


def test_a_sheet_is_tried_then_imported_then_undone_on_the_page(town: Town, cast: Cast, client_of: Browser) -> None:
    sun = client_of("sun")
    tried = sun.post(f"{PEOPLE}import/", {"file": SimpleUploadedFile("people.xlsx", sheet(lines(town)))})
    assert not User.objects.filter(username="meng").exists()
    token = re.search(r'name="sheet" value="([^"]+)"', tried.content.decode())
    assert token
    slips = sun.post(f"{PEOPLE}import/apply/", {"sheet": token[1]}).content.decode()
    assert slips.count("<section") == 4 and User.objects.filter(username="meng").exists()
    assert sun.post(f"{PEOPLE}import/apply/", {"sheet": "forged"}).status_code == 302
    assert ImportBatch.objects.count() == 1
    assert sun.post(f"{PEOPLE}import/{ImportBatch.objects.get().pk}/undo/").status_code == 302
    assert not User.objects.filter(username="meng").exists()


def test_a_sheet_with_a_wrong_line_offers_no_import(town: Town, cast: Cast, client_of: Browser) -> None:
    wrong = sheet([["meng", "孟想", "没有", "受理员", "", "", ""]])
    page = client_of("sun").post(f"{PEOPLE}import/", {"file": SimpleUploadedFile("a.xlsx", wrong)}).content.decode()
    assert "没有" in page and 'name="sheet"' not in page
    broken = SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no sheet")
    assert client_of("sun").post(f"{PEOPLE}import/", {"file": broken}).status_code == 422


def test_a_page_of_a_person_costs_few_statements(
    cast: Cast, client_of: Browser, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    sun = client_of("sun")
    sun.get(PEOPLE)
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        sun.get(person(cast, "gao"))
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        sun.get(PEOPLE)


def test_the_roles_of_many_people_are_read_at_once(cast: Cast, at: datetime) -> None:
    roles = queries.roles_of(cast.users.values(), cast["gao"].district, at)
    assert roles[cast["gao"].pk] == ["网格员 · 柳荫居委会"]

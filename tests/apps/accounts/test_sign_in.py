"""Signing in: password, slip, second step, lock-out, idle end, next page, devices, and what is written."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gridward.accounts.actions import reset_password
from gridward.accounts.middleware import SEEN
from gridward.accounts.models import Device, User
from gridward.districts.models import District
from tests.cast import PASSWORD, Cast
from tests.town import Town

LOGIN = "/accounts/login/"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; PGT-AN10 Build/HONORPGT; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/122.0 Mobile Safari/537.36 MicroMessenger/8.0.49"
)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> object:
    return client.post(LOGIN, {"login": name, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_name_and_its_password_open_the_work(cast: Cast, client: Client) -> None:
    answer = sign_in(client, "cleo")
    assert (answer.status_code, answer.url) == (302, "/work/")  # type: ignore[attr-defined]
    assert is_signed_in(client)


@pytest.mark.parametrize(("name", "password"), [("cleo", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_anything_else_opens_nothing(cast: Cast, client: Client, name: str, password: str) -> None:
    assert sign_in(client, name, password).status_code == 200  # type: ignore[attr-defined]
    assert not is_signed_in(client)


@pytest.mark.full
def test_an_office_behind_one_address_signs_in_together(cast: Cast, client: Client) -> None:
    for _ in range(40):
        client.logout()
        sign_in(client, "gao")
        assert is_signed_in(client)


def test_somebody_who_left_does_not_come_in(cast: Cast, client: Client) -> None:
    User.objects.filter(username="cleo").update(is_active=False)
    sign_in(client, "cleo")
    assert not is_signed_in(client)


@pytest.mark.parametrize("way", ["signup/", "password/reset/", "email/", "confirm-email/"])
def test_nobody_signs_up_or_resets_alone(cast: Cast, client: Client, way: str) -> None:
    assert client.get(f"/accounts/{way}").status_code == 404


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_next_page_is_one_of_ours(cast: Cast, client: Client, target: str) -> None:
    assert sign_in(client, "cleo", next=target).url == "/work/"  # type: ignore[attr-defined]


def test_the_next_page_of_ours_is_kept(cast: Cast, client: Client) -> None:
    assert sign_in(client, "cleo", next="/accounts/devices/").url == "/accounts/devices/"  # type: ignore[attr-defined]


def test_five_wrong_passwords_lock_the_name_here_and_write_nothing_more(cast: Cast, client: Client) -> None:
    for _ in range(5):
        answer = sign_in(client, "cleo", "wrong")
    assert answer.status_code == 429  # type: ignore[attr-defined]
    assert "15" in answer.content.decode()  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as counted:
        sign_in(client, "cleo")
    assert not is_signed_in(client)
    assert not [q["sql"] for q in counted if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert sign_in(client, "zhao").status_code == 302  # type: ignore[attr-defined]


def test_the_counter_keeps_no_password_and_no_name_of_the_form(cast: Cast, client: Client) -> None:
    sign_in(client, "cleo", "a-secret-typed-into-the-wrong-box")
    with connection.cursor() as cursor:
        cursor.execute("SELECT post_data FROM axes_accessattempt")
        assert all("a-secret" not in row[0] and "cleo" not in row[0] for row in cursor.fetchall())


def test_after_a_slip_comes_a_password_of_ones_own(cast: Cast, client: Client, at: datetime) -> None:
    slip = reset_password(user=cast["gao"], by=cast.actor("sun"), at=at)
    sign_in(client, "gao", slip)
    assert client.get("/accounts/devices/").url == "/accounts/password/"  # type: ignore[attr-defined]
    new = {"old": slip, "new": "plum-rain-in-june", "again": "plum-rain-in-june"}
    assert client.post("/accounts/password/", {**new, "again": "other"}).status_code == 422
    assert client.post("/accounts/password/", new).status_code == 302
    page = client.get("/accounts/devices/")
    assert page.status_code == 200 and 'href="/accounts/devices/"' in page.content.decode().split("<main")[0]


def test_a_device_is_named_as_a_person_would(cast: Cast) -> None:
    phone = Client(HTTP_USER_AGENT=WECHAT)
    sign_in(phone, "gao")
    page = phone.get("/accounts/devices/").content.decode()
    assert "微信 · Android" in page and "Mozilla" not in page


def code_now(secret: str = SECRET) -> str:
    """RFC 6238 by hand: what an authenticator app shows at this moment."""
    counter = (int(time.time()) // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_the_second_step_asks_for_the_code(cast: Cast, client: Client) -> None:
    TOTP.activate(cast["sun"], SECRET)
    assert sign_in(client, "sun").url == "/accounts/second-step/authenticate/"  # type: ignore[attr-defined]
    assert not is_signed_in(client)
    assert client.get("/accounts/second-step/authenticate/").status_code == 200
    client.post("/accounts/second-step/authenticate/", {"code": "000000"})
    assert not is_signed_in(client)
    client.post("/accounts/second-step/authenticate/", {"code": code_now()})
    assert is_signed_in(client)


def test_the_secret_of_the_second_step_lies_sealed(cast: Cast) -> None:
    TOTP.activate(cast["sun"], SECRET)
    assert SECRET not in str(Authenticator.objects.get(user=cast["sun"]).data)
    assert Authenticator.objects.get(user=cast["sun"]).wrap().validate_code(code_now())


def activation(client: Client) -> str:
    """The page with the picture; the password is asked once more before it."""
    again = client.get("/accounts/second-step/totp/activate/")
    assert again.url.startswith("/accounts/reauthenticate/")
    return client.post(again.url, {"password": PASSWORD}, follow=True).content.decode()


def test_an_administrator_sets_up_the_second_step_first(
    cast: Cast, client: Client, settings: object, client_of: Callable[[str], Client]
) -> None:
    settings.GRIDWARD_REQUIRE_TOTP = "administrators"  # type: ignore[attr-defined]
    sign_in(client, "sun")
    assert client.get("/accounts/devices/").url == "/accounts/second-step/totp/activate/"  # type: ignore[attr-defined]
    page = activation(client)
    assert "data:image/svg+xml" in page and "http://" not in page.replace("http://www.w3.org", "")
    assert client_of("gao").get("/accounts/devices/").status_code == 200
    settings.GRIDWARD_REQUIRE_TOTP = "all"  # type: ignore[attr-defined]
    assert client_of("gao").get("/accounts/devices/").status_code == 302
    District.objects.update(is_demo=True)
    assert client_of("gao").get("/accounts/devices/").status_code == 200


def test_the_second_step_is_switched_on_with_the_code_of_the_picture(cast: Cast, client: Client) -> None:
    sign_in(client, "sun")
    page = activation(client)
    secret = re.search(r'class="code wrap">([A-Z2-7]+)<', page)
    assert secret
    code = code_now(secret[1])
    answer = client.post("/accounts/second-step/totp/activate/", {"code": code}, follow=True)
    assert answer.status_code == 200 and "recovery" in answer.redirect_chain[0][0]
    assert answer.content.decode().count('<li class="code">') == 10


def test_an_idle_sign_in_ends(cast: Cast, client_of: Callable[[str], Client]) -> None:
    client = client_of("cleo")
    session = client.session
    session[SEEN] = int(time.time()) - 31 * 60
    session.save()
    assert client.get("/accounts/devices/").status_code == 302
    assert not is_signed_in(client)


def test_presence_is_written_once_a_minute(cast: Cast, client_of: Callable[[str], Client]) -> None:
    client = client_of("cleo")
    client.get("/accounts/devices/")
    with CaptureQueriesContext(connection) as counted:
        assert client.get("/accounts/devices/").status_code == 200
    assert not [q["sql"] for q in counted if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE", "BEGIN")]
    assert Device.objects.filter(user=cast["cleo"]).count() == 1


def test_a_device_is_signed_out_from_another_and_a_strangers_is_not_there(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    lost, kept, stranger = client_of("cleo"), client_of("cleo"), client_of("finn")
    lost.get("/accounts/devices/")
    kept.get("/accounts/devices/")
    device = Device.objects.get(session_key=lost.session.session_key)
    assert stranger.post(f"/accounts/devices/{device.pk}/sign-out/").status_code == 404
    assert kept.post(f"/accounts/devices/{device.pk}/sign-out/").status_code == 302
    assert not Session.objects.filter(session_key=device.session_key).exists()


def test_the_role_is_switched_at_the_top_of_the_page(
    town: Town, cast: Cast, client_of: Callable[[str], Client]
) -> None:
    cast["shu"].grants.create(
        district=town.district, role="mediator", scope=f"area:{town.divisions['liuyin'].pk}",
        body=town.bodies["committee_liuyin"], valid_from="2025-01-01", recorded_at=town.plan.recorded_at,
    )  # fmt: skip
    client = client_of("shu")
    mediator = f"mediator:{town.bodies['committee_liuyin'].pk}"
    assert client.get("/accounts/devices/").wsgi_request.actor.role == "caseworker"
    client.post("/accounts/role/", {"role": mediator, "next": "/accounts/devices/"})
    assert client.get("/accounts/devices/").wsgi_request.actor.role == "mediator"
    client.post("/accounts/role/", {"role": "district_director:1"})
    assert client.get("/accounts/devices/").wsgi_request.actor.role == "mediator"


def test_the_language_a_person_chose_comes_with_the_person(cast: Cast, client_of: Callable[[str], Client]) -> None:
    client_of("cleo").post("/choose/", {"language": "en", "theme": "dark", "next": "/"})
    cleo = User.objects.get(username="cleo")
    assert (cleo.language, cleo.theme) == ("en", "dark")
    assert b"Where I am signed in" in client_of("cleo").get("/accounts/devices/").content


def test_an_example_district_shows_its_sign_ins_on_this_machine_only(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"username": "gao", "name": "高建国", "password": PASSWORD, "role": "网格员"}
    monkeypatch.setattr(apps.get_app_config("demo"), "sign_ins", lambda district: [row], raising=False)
    assert PASSWORD not in client.get(LOGIN).content.decode()
    District.objects.update(is_demo=True)
    assert PASSWORD in client.get(LOGIN).content.decode()
    assert PASSWORD not in client.get(LOGIN, REMOTE_ADDR="192.168.1.20").content.decode()


def test_an_empty_database_has_a_sign_in_page(db: None, client: Client) -> None:
    assert client.get(LOGIN).status_code == 200

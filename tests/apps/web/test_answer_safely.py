"""Every answer carries its security headers, whatever it is."""

import re

import pytest
from django.template.loader import get_template
from django.test import Client

from gridward.web.headers import NO_ADDRESS
from gridward.web.icons import ICONS
from gridward.web.templatetags.web import icon

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.web.doors")]


@pytest.mark.parametrize("path", ["/specimen/", "/nothing-here/", "/refuse/", "/secret/", "/specimen/?q=%00"])
def test_every_answer_names_what_may_run(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy


def test_a_server_error_carries_them_too(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/fail/")
    assert answer.status_code == 500
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_only_inline_script_is_the_import_map_with_its_nonce(client: Client) -> None:
    answer = client.get("/specimen/")
    page = answer.content.decode()
    inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag]
    runnable = [tag for tag in inline if "application/json" not in tag]
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert nonce is not None
    assert runnable == [f'<script type="importmap" nonce="{nonce[1]}">']
    assert not re.search(r'\sstyle="|\son[a-z]+="', page)


def test_a_nonce_is_used_once(client: Client) -> None:
    policies = {client.get("/specimen/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_the_shim_of_import_maps_may_run_only_where_they_are_missing(client: Client) -> None:
    old = client.get("/secret/", HTTP_USER_AGENT="Mozilla/5.0 Gecko/20100101 Firefox/102.0")
    new = client.get("/secret/", HTTP_USER_AGENT="Mozilla/5.0 Gecko/20100101 Firefox/128.0")
    assert "blob:; style-src" in old.headers["Content-Security-Policy"]
    assert "blob:; style-src" not in new.headers["Content-Security-Policy"]


def test_a_private_page_leaves_no_trace(client: Client) -> None:
    headers = client.get("/secret/").headers
    assert headers["Referrer-Policy"] == NO_ADDRESS
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"


def test_every_icon_is_one_drawing() -> None:
    for name in ICONS:
        drawing = str(icon(name))
        assert drawing.count("<svg") == 1 and "style=" not in drawing


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html", "500.html"])
def test_error_pages_need_no_request(name: str) -> None:
    page = get_template(name).render()
    assert 'href="/"' in page and "<h1>" in page


def test_errors_speak_the_readers_language(client: Client) -> None:
    assert "这里没有这个页面" in client.get("/nothing-here/").content.decode()
    client.cookies["gridward_language"] = "en"
    assert "There is no such page here" in client.get("/nothing-here/").content.decode()

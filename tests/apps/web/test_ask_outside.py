"""What goes out goes to listed hosts only, to the address that was checked, and takes neither long nor much."""

import socket
from typing import Any

import pytest

from gridward.core.errors import RuleBroken
from gridward.web import outgoing
from gridward.web.outgoing import ask, checked_address, read_address
from tests.apps.notify.servers import http_server


def refused(url: str) -> str:
    with pytest.raises(RuleBroken) as caught:
        ask("POST", url, headers={}, body=b"")
    return caught.value.code


def test_only_listed_hosts_are_asked(settings: Any) -> None:
    settings.GRIDWARD_OUTGOING = ("sms.example.test", "hooks.example.test:8443", "10.0.0.0/8")
    for url in ("https://sms.example.test/x", "https://SMS.example.test/", "http://hooks.example.test:8443/"):
        assert read_address(url)
    for url in (
        "https://other.example.test/", "https://sms.example.test:8443/", "https://hooks.example.test/",
        "http://127.0.0.1/", "http://[::1]/", "http://2130706433/", "http://localhost/", "https://xsms.example.test/",
    ):  # fmt: skip
        assert refused(url) == "web.host_not_listed", url
    for url in (
        "ftp://sms.example.test/", "file:///etc/passwd", "https://", "https://a:b@sms.example.test/",
        "https://sms.example.test/\r\nX: y", "https://sms.example.test:port/", "",
    ):  # fmt: skip
        assert refused(url) == "web.address_wrong", url


def test_a_listed_name_that_leads_inside_is_refused_unless_its_network_is_listed(settings: Any) -> None:
    settings.GRIDWARD_OUTGOING = ("localhost",)
    assert refused("http://localhost/") == "web.address_private"
    for inner in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1", "0.0.0.0"):
        with pytest.raises(RuleBroken):
            checked_address(inner, 80)
    settings.GRIDWARD_OUTGOING = ("localhost", "127.0.0.0/8", "::1/128")
    assert checked_address("127.0.0.1", 80) == "127.0.0.1"
    assert checked_address("8.8.8.8", 80) == "8.8.8.8"


def test_redirects_are_not_followed_and_endless_answers_end(settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(outgoing, "LARGEST_BYTES", 1000)
    with http_server() as server:
        settings.GRIDWARD_OUTGOING = (f"127.0.0.1:{server.port}", "127.0.0.0/8")
        server.answers = [(302, b"", {"Location": "http://169.254.169.254/"}), (200, b"x" * 2000, {})]
        assert ask("POST", f"{server.url}/a?b=c", headers={"X-Y": "z"}, body=b"{}").status == 302
        asked = server.asked[0]
        assert (asked.path, asked.headers["X-Y"], asked.body) == ("/a?b=c", "z", b"{}")
        with pytest.raises(Exception, match="too long"):
            ask("GET", server.url, headers={}, body=b"")


def test_one_that_does_not_answer_is_given_up(settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(outgoing, "WAIT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings.GRIDWARD_OUTGOING = (f"127.0.0.1:{port}", "127.0.0.0/8")
        with pytest.raises(OSError):
            ask("POST", f"http://127.0.0.1:{port}/", headers={}, body=b"")

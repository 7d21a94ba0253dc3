"""Channels of the town, each to a real server on this machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apps.notify.servers import Counter, http_server, mail_server

GATEWAY = """
name = "示例网关"
signature = "示例网格中心"
daily_cap = 4
daily_cap_per_phone = 3
[request]
url = "{url}/send"
[request.headers]
Authorization = "Bearer {{secret}}"
[request.fields]
mobile = "{{phone}}"
template = "{{template}}"
params = "{{list}}"
sign = "{{signature}}"
seq = "{{id}}"
[success]
status = [200]
path = "code"
equals = "0"
id_path = "data.msgid"
[receipts]
list_path = "reports"
id_path = "msgid"
state_path = "status"
delivered = ["DELIVRD"]
[templates]
2 = "SMS_TRIAL"
3 = "SMS_OFF"
"""


@pytest.fixture
def outside() -> Iterator[Counter]:
    with http_server() as counter:
        yield counter


@pytest.fixture
def listed(settings: Any, outside: Counter) -> Counter:
    """A server of the loopback that the district has listed, name and network."""
    settings.GRIDWARD_OUTGOING = (f"127.0.0.1:{outside.port}", "127.0.0.0/8")
    return outside


@pytest.fixture
def gateway(settings: Any, listed: Counter, tmp_path: Path) -> Counter:
    """An SMS gateway as its file describes it."""
    described = tmp_path / "sms.toml"
    described.write_text(GATEWAY.format(url=listed.url), "utf-8")
    settings.GRIDWARD_SMS, settings.GRIDWARD_SMS_SECRET = str(described), "gateway-secret"
    listed.answer((200, {"code": "0", "data": {"msgid": "G-1"}}))
    return listed


@pytest.fixture
def letters(settings: Any) -> Iterator[list[Any]]:
    """A mail server, and what it was given."""
    with mail_server() as (port, found):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        settings.DEFAULT_FROM_EMAIL, settings.GRIDWARD_SITE = "grid@example.test", "https://grid.example.test"
        yield found

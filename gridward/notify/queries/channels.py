"""What the district's page of channels says: what is configured, what is wrong, how each SMS reads."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from gridward.core.errors import RuleBroken
from gridward.notify.channels.gateway import Gateway, gateway, secret
from gridward.notify.queries.kinds import kinds, sms_parts, sms_text
from gridward.web.outgoing import read_address


@dataclass(frozen=True, slots=True)
class ShownTemplate:
    """One numbered template: as a gateway registers it, how long it is, and under which of its numbers."""

    number: int
    name: object
    text: str
    length: int
    parts: int
    gateway_id: str


@dataclass(frozen=True, slots=True)
class SmsState:
    """The gateway as described, or what is wrong with it."""

    gateway: Gateway | None
    problem: RuleBroken | None
    host: str = ""
    has_secret: bool = False


def sms_state() -> SmsState | None:
    """None when no gateway is named at all."""
    if not settings.GRIDWARD_SMS:
        return None
    described = None
    try:
        described = gateway()
        if described.adapter == "http":
            read_address(described.url)
    except RuleBroken as refused:
        return SmsState(described, refused)
    return SmsState(described, None, urlsplit(described.url).hostname or "", bool(secret()))


def mail_host() -> str:
    """Host and port of the mail server; empty when none is configured."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if settings.EMAIL_HOST else ""


def templates(described: Gateway | None) -> list[ShownTemplate]:
    """Every kind's text by number, with the variables named where they will stand."""
    signature = described.signature if described else "示例网格中心"
    found = []
    for kind in sorted(kinds().values(), key=lambda kind: kind.number):
        text = sms_text(kind, {name: "{" + name + "}" for name in kind.variables}, signature)
        own = described.templates.get(kind.number, "") if described else ""
        found.append(ShownTemplate(kind.number, kind.name, text, len(text), sms_parts(text), own))
    return found

"""One SMS out: by the described gateway, or as a line of a file."""

import json
import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import override

from gridward.notify.channels.gateway import Gateway, at_path, fill, gateway, secret
from gridward.notify.queries.kinds import kinds, sms_text
from gridward.web.outgoing import ask

LONG_DIGITS = re.compile(r"\d{5,}")
MOST_SAID = 60


class NotTaken(Exception):  # noqa: N818 - reads as a sentence
    """The gateway did not take the message; says its code, never a number or text."""


def values_of(described: Gateway, *, phone: str, kind: str, variables: Mapping[str, Any], ref: str) -> dict[str, Any]:
    """Everything that the description may ask for."""
    known = kinds()[kind]
    given = {name: str(variables[name]) for name in known.variables}
    return {
        "phone": phone, "template": described.templates.get(known.number, str(known.number)), "id": ref,
        "signature": described.signature, "secret": secret(), "variables": given, "list": list(given.values()),
        "json": json.dumps(given, ensure_ascii=False), "text": sms_text(known, variables, described.signature),
    }  # fmt: skip


def send_sms(*, phone: str, kind: str, variables: Mapping[str, Any], ref: str, at: datetime) -> str:
    """Send one and answer the gateway's own number. Raises NotTaken, RuleBroken, OSError or HTTPException."""
    described = gateway()
    with override("zh-hans"):
        values = values_of(described, phone=phone, kind=kind, variables=variables, ref=ref)
    if described.adapter == "file":
        return _into_file(values, at)
    return _by_http(described, values)


def _into_file(values: Mapping[str, Any], at: datetime) -> str:
    """For districts without a gateway: somebody sends the lines by hand. Only this machine's user may read them."""
    folder = Path(settings.GRIDWARD_HOME) / "sms"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = {name: values[name] for name in ("id", "phone", "template", "text")} | {"at": at.isoformat()}
    opened = os.open(folder / f"{at:%Y-%m-%d}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(opened, "a", encoding="utf-8") as lines:
        lines.write(json.dumps(line, ensure_ascii=False) + "\n")
    return str(values["id"])


def _by_http(described: Gateway, values: Mapping[str, Any]) -> str:
    fields, headers = fill(described.fields, values), fill(described.headers, values)
    url, body = fill(described.url, {**values, "phone": "", "text": ""}), b""
    if described.method == "GET":
        url += ("&" if "?" in url else "?") + urlencode(fields)
    elif described.encoding == "json":
        headers["Content-Type"], body = "application/json; charset=utf-8", json.dumps(fields).encode()
    else:
        headers["Content-Type"], body = "application/x-www-form-urlencoded; charset=utf-8", urlencode(fields).encode()
    answer = ask(described.method, url, headers=headers, body=body)
    return _taken(described, answer.status, answer.body, str(values["id"]))


def _taken(described: Gateway, status: int, body: bytes, ref: str) -> str:
    """The gateway's own number when it took the message."""
    test = described.success
    if status not in test.status:
        raise NotTaken(f"HTTP {status}")
    said = read_json(body)
    code = at_path(said, test.path) if test.path else test.equals
    if str(code) != test.equals:
        raise NotTaken(f"HTTP {status}, {LONG_DIGITS.sub('…', str(code))[:MOST_SAID]}")
    own = at_path(said, test.id_path) if test.id_path else None
    return str(own)[:80] if own is not None else ref


def read_json(body: bytes) -> Any:
    """Parsed JSON, or None when it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None

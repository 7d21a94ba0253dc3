"""The description of an SMS gateway: one TOML file, named in GRIDWARD_SMS. docs/howto/configure-sms.md shows one.

No file of a gateway holds a secret: ``{secret}`` stands for GRIDWARD_SMS_SECRET, or for ``secrets.sms`` of the key
file (GRIDWARD_KEYS).
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from gridward.core.errors import RuleBroken
from gridward.vault.keys import key_ring

ADAPTERS, METHODS, ENCODINGS = ("http", "file"), ("POST", "PUT", "GET"), ("json", "form")
PLACE = re.compile(r"\{(phone|template|signature|text|id|secret|json)\}")
WHOLE = {"{variables}": "variables", "{list}": "list"}
LARGEST_FILE = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Success:
    """When the gateway took a message: by HTTP status and, where ``path`` is given, by a value of its answer."""

    status: tuple[int, ...] = (200,)
    path: str = ""
    equals: str = ""
    id_path: str = ""


@dataclass(frozen=True, slots=True)
class Receipts:
    """Where a receipt says which message it is about and whether it arrived; ``list_path`` where it brings many."""

    id_path: str
    state_path: str
    delivered: tuple[str, ...]
    list_path: str = ""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway as described. ``templates``: number of a kind → the gateway's own id of the template."""

    name: str
    signature: str
    adapter: str = "http"
    daily_cap: int = 2000
    daily_cap_per_phone: int = 10
    method: str = "POST"
    url: str = ""
    encoding: str = "json"
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    success: Success = field(default_factory=Success)
    receipts: Receipts | None = None
    templates: Mapping[int, str] = field(default_factory=dict)


def secret() -> str:
    """The gateway's secret, from the environment or the key file; empty when there is none."""
    return settings.GRIDWARD_SMS_SECRET or key_ring().secrets.get("sms", "")


def gateway() -> Gateway:
    """The gateway in force. Raises RuleBroken ``notify.not_configured`` or ``notify.sms_file_wrong``."""
    path = settings.GRIDWARD_SMS
    if not path:
        raise RuleBroken("notify.not_configured")
    try:
        return _read(path, os.stat(path).st_mtime_ns)
    except OSError as error:
        raise RuleBroken("notify.sms_file_wrong", problem=error.strerror or "?") from error


@lru_cache(maxsize=8)
def _read(path: str, changed_ns: int) -> Gateway:
    """Read again whenever the file changed."""
    try:
        return parse(tomllib.loads(Path(path).read_bytes()[:LARGEST_FILE].decode()))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RuleBroken("notify.sms_file_wrong", problem=str(error)[:120]) from error


def parse(raw: Mapping[str, Any]) -> Gateway:
    """The description as values; ValueError, KeyError or TypeError say what is wrong with it."""
    asked = dict(raw.get("request", {}))
    receipts = raw.get("receipts")
    described = Gateway(
        name=str(raw["name"]), signature=str(raw["signature"]), adapter=raw.get("adapter", "http"),
        daily_cap=_whole(raw, "daily_cap", 2000), daily_cap_per_phone=_whole(raw, "daily_cap_per_phone", 10),
        method=asked.get("method", "POST").upper(), url=asked.get("url", ""), encoding=asked.get("encoding", "json"),
        headers={name: str(value) for name, value in asked.get("headers", {}).items()},
        fields=dict(asked.get("fields", {})), success=_success(raw.get("success", {})),
        receipts=_tuples(Receipts, receipts) if receipts else None,
        templates={int(number): str(code) for number, code in raw.get("templates", {}).items()},
    )  # fmt: skip
    _check(described)
    return described


def _whole(raw: Mapping[str, Any], name: str, default: int) -> int:
    value = raw.get(name, default)
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} is no whole number")
    return value


def _success(raw: Mapping[str, Any]) -> Success:
    return _tuples(Success, {**raw, "equals": str(raw.get("equals", ""))})


def _tuples(kind: Any, raw: Mapping[str, Any]) -> Any:
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()})


def _check(described: Gateway) -> None:
    allowed = (("adapter", ADAPTERS), ("method", METHODS), ("encoding", ENCODINGS))
    for name, choices in allowed:
        if getattr(described, name) not in choices:
            raise ValueError(f"{name} is none of {', '.join(choices)}")
    if described.adapter == "http" and not described.url:
        raise ValueError("request.url is missing")
    if not 2 <= len(described.signature) <= 16:
        raise ValueError("signature has 2 to 16 characters")


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """A described value with its places filled: ``{phone}`` inside a text, ``{variables}`` and ``{list}`` alone."""
    if isinstance(value, Mapping):
        return {name: fill(each, values) for name, each in value.items()}
    if isinstance(value, list):
        return [fill(each, values) for each in value]
    if not isinstance(value, str):
        return value
    if value in WHOLE:
        return values[WHOLE[value]]
    return PLACE.sub(lambda match: str(values[match[1]]), value)


def at_path(found: Any, path: str) -> Any:
    """``data.list.0.id`` of parsed JSON; None where there is no such place."""
    for part in filter(None, path.split(".")):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found

"""The one way out: a request to a host that the district has listed, and to nowhere else.

``GRIDWARD_OUTGOING`` lists names (``sms.example.gov.cn``, with ``:port`` when it is not the usual one) and networks
(``10.8.0.0/16``). The name must be listed; an address that it resolves to and that is not of the open internet must
lie in a listed network as well. The connection goes to the very address that was checked, redirects are not
followed, and time and size are bounded.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from gridward.core.errors import RuleBroken

WAIT_S, LONGEST_S = 5.0, 15.0
LARGEST_BYTES = 256 * 2**10
CHUNK = 16 * 2**10
USUAL = {"http": 80, "https": 443}
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    body: bytes


def _listed() -> tuple[set[str], list[Network]]:
    """Names as ``host:port`` or ``host``, and networks."""
    names, networks = set[str](), list[Network]()
    for entry in settings.GRIDWARD_OUTGOING:
        try:
            networks.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            names.add(entry.lower())
    return names, networks


def read_address(url: str) -> tuple[SplitResult, int]:
    """The parts and port of an address that may be asked, without asking it.

    Raises RuleBroken ``web.address_wrong`` for what is no plain http or https address, and
    ``web.host_not_listed`` for a host that is not listed.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or USUAL[parts.scheme]
    except (ValueError, KeyError):
        raise RuleBroken("web.address_wrong") from None
    host = parts.hostname or ""
    if not host or "@" in parts.netloc or any(c in url for c in " \r\n\t\0"):
        raise RuleBroken("web.address_wrong")
    names, networks = _listed()
    is_usual = port == USUAL[parts.scheme]
    if f"{host}:{port}" not in names and not (is_usual and host in names) and not _inside(host, networks):
        raise RuleBroken("web.host_not_listed", host=host)
    return parts, port


def _inside(host: str, networks: list[Network]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)


def checked_address(host: str, port: int) -> str:
    """The address to connect to. Raises RuleBroken ``web.address_private``, or OSError when there is none."""
    _, networks = _listed()
    found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        is_open = mapped.is_global and not mapped.is_multicast
        if not is_open and not any(mapped in network for network in networks):
            raise RuleBroken("web.address_private", host=host)
    return found[0]


class _Plain(http.client.HTTPConnection):
    """Connects to the address that was checked, whatever the name says a moment later."""

    address = ""

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _Sealed(http.client.HTTPSConnection):
    address = ""

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def ask(method: str, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
    """One request, and its answer up to LARGEST_BYTES within LONGEST_S.

    Raises RuleBroken when it may not be asked, OSError or http.client.HTTPException when nothing whole came back.
    """
    parts, port = read_address(url)
    host = parts.hostname or ""
    connection = (_Sealed if parts.scheme == "https" else _Plain)(host, port, timeout=WAIT_S)
    connection.address = checked_address(host, port)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    ends = time.monotonic() + LONGEST_S
    try:
        connection.request(method, target, body=body, headers={"User-Agent": "gridward", **headers})
        answer = connection.getresponse()
        return Answer(answer.status, _whole(answer, ends))
    finally:
        connection.close()


def _whole(answer: http.client.HTTPResponse, ends: float) -> bytes:
    """The body; an endless or very slow one is given up."""
    body = b""
    while chunk := answer.read1(CHUNK):
        body += chunk
        if len(body) > LARGEST_BYTES or time.monotonic() > ends:
            raise http.client.HTTPException("the answer is too long or too slow")
    return body

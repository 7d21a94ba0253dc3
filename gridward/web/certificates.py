"""A certificate authority of one's own, for phones on the local network: HTTPS without any outside service.

The authority lies in ``GRIDWARD_HOME/certificates``: ``authority.pem`` is given to the phones, ``authority.key``
stays. The server's certificate names the host and its addresses and lasts a year.
"""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)
SERVER_LASTS = timedelta(days=365)
EARLIER = timedelta(days=1)  # for phones whose clock is behind


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the files lie, and until when they hold."""

    certificate: Path
    key: Path
    authority: Path
    ends_at: datetime


def local_addresses() -> list[str]:
    """Addresses of this machine on its network; asking for a route sends nothing."""
    found = {"127.0.0.1"}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))
            found.add(probe.getsockname()[0])
        except OSError:
            pass
    return sorted(found)


def _name(words: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "gridward"), x509.NameAttribute(NameOID.COMMON_NAME, words)]
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    path.touch(mode=mode)
    path.chmod(mode)
    path.write_bytes(content)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def _builder(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER).not_valid_after(now + lasts)
    )  # fmt: skip


def make_authority(folder: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The authority that is there, or a new one."""
    certificate_path, key_path = folder / "authority.pem", folder / "authority.key"
    if certificate_path.exists():
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(certificate_path.read_bytes()), key
    folder.mkdir(parents=True, exist_ok=True)
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("gridward local authority")
    builder = _builder(name, name, key, now, AUTHORITY_LASTS).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    certificate = builder.sign(key, hashes.SHA256())
    _write(key_path, _private(key), 0o600)
    _write(certificate_path, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return certificate, key


def _alternatives(names: Iterable[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def make_certificate(folder: Path, names: Iterable[str], now: datetime) -> Certificate:
    """A certificate for these host names and addresses, signed by the own authority."""
    authority, authority_key = make_authority(folder, now)
    key = ec.generate_private_key(ec.SECP256R1())
    wanted = list(dict.fromkeys(["localhost", *names]))
    builder = (
        _builder(_name(wanted[-1]), authority.subject, key, now, SERVER_LASTS)
        .add_extension(x509.SubjectAlternativeName(_alternatives(wanted)), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    certificate = builder.sign(authority_key, hashes.SHA256())
    made = Certificate(folder / "server.pem", folder / "server.key", folder / "authority.pem", now + SERVER_LASTS)
    _write(made.key, _private(key), 0o600)
    _write(made.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return made

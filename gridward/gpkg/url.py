"""DATABASE_URL → an entry of Django's DATABASES."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BUSY_TIMEOUT_S = 20
SYNCHRONOUS = {"full", "normal", "off"}
POOL_OPTIONS = {"pool_min_size": "min_size", "pool_max_size": "max_size", "pool_timeout": "timeout"}
POSTGIS_OPTIONS = {
    "application_name",
    "connect_timeout",
    "options",
    "passfile",
    "service",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
}


def parse_database_url(url: str) -> dict[str, Any]:
    """Read `gpkg:///file.gpkg`, `gpkg://:memory:` or `postgis://user:password@host:port/name?options`.

    `gpkg:///a/b` and `gpkg:////a/b` are the same absolute file; its folder is made when absent.
    A PostGIS host may be a folder with a Unix socket: `postgis://user@%2Frun%2Fpostgresql/name`.

    Raises ImproperlyConfigured with one sentence that never repeats the password.
    """
    scheme = url.partition("://")[0]
    if scheme == "gpkg" and "://" in url:
        return _geopackage(url.removeprefix("gpkg://"))
    if scheme == "postgis" and "://" in url:
        return _postgis(url)
    raise ImproperlyConfigured(
        "DATABASE_URL must begin with gpkg:// or postgis://, as in gpkg:///home/me/district.gpkg "
        "or postgis://user:password@localhost:5432/gridward."
    )


def _geopackage(rest: str) -> dict[str, Any]:
    location, _, query = rest.partition("?")
    options = _options(query, {"synchronous", "timeout"})
    synchronous = options.get("synchronous", "full").lower()
    if synchronous not in SYNCHRONOUS:
        raise ImproperlyConfigured("DATABASE_URL: synchronous must be full, normal or off.")
    return {
        "ENGINE": "gridward.gpkg",
        "NAME": _geopackage_name(unquote(location)),
        # A thread keeps its connection, and with it the shapes it has prepared; opening anew costs 2 ms.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": _number("timeout", options.get("timeout", str(BUSY_TIMEOUT_S))),
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous.upper()}",
        },
        # Named, because pytest-xdist would otherwise put its suffix behind the path of the real file.
        "TEST": {"NAME": ":memory:"},
    }


def _geopackage_name(location: str) -> str:
    if location == ":memory:":
        return location
    if not location.startswith("/") or location.endswith("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL: a GeoPackage is an absolute path, as in gpkg:///home/me/district.gpkg "
            "(or gpkg://:memory: for a database that vanishes)."
        )
    path = Path("/" + location.lstrip("/"))
    if path.is_dir():
        raise ImproperlyConfigured(f"DATABASE_URL: {path} is a folder, not a GeoPackage file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"DATABASE_URL: the folder {path.parent} cannot be made ({error}).") from error
    return str(path)


def _postgis(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise ImproperlyConfigured("DATABASE_URL: postgis:// needs exactly one database name after the host.")
    host, port = _address(parts)
    options: dict[str, Any] = _options(parts.query, POSTGIS_OPTIONS | POOL_OPTIONS.keys() | {"conn_max_age", "pool"})
    age = _number("conn_max_age", options.pop("conn_max_age", "0"))
    pool = _pool(options)
    if pool:
        options["pool"] = pool
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 0 if pool else age,
        "CONN_HEALTH_CHECKS": not pool,
        "OPTIONS": options,
    }


def _address(parts: SplitResult) -> tuple[str, str]:
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL: the port must be a number from 1 to 65535.") from error
    # urlsplit().hostname lowers the case, and a socket's folder keeps it.
    address = parts.netloc.rpartition("@")[2]
    host = address[1 : address.index("]")] if address.startswith("[") else address.partition(":")[0]
    return unquote(host), str(port or "")


def _pool(options: dict[str, Any]) -> bool | dict[str, int]:
    """`pool=true`, or any pool_* option, shares the process's connections through psycopg's pool."""
    sizes = {POOL_OPTIONS[key]: _number(key, options.pop(key)) for key in list(options) if key in POOL_OPTIONS}
    wanted = options.pop("pool", "true" if sizes else "false").lower()
    if wanted not in {"true", "false"}:
        raise ImproperlyConfigured("DATABASE_URL: pool must be true or false.")
    return (sizes or True) if wanted == "true" else False


def _options(query: str, known: set[str]) -> dict[str, str]:
    try:
        options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL: options are written as ?name=value&name=value.") from error
    if unknown := sorted(options.keys() - known):
        raise ImproperlyConfigured(
            f"DATABASE_URL: unknown option {', '.join(unknown)}; known are {', '.join(sorted(known))}."
        )
    return options


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise ImproperlyConfigured(f"DATABASE_URL: {name} must be a whole number.")
    return int(text)

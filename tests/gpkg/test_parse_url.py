"""DATABASE_URL says which database; a wrong one is refused in one sentence."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gridward.gpkg.url import parse_database_url


def test_three_and_four_slashes_are_the_same_file_whose_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "district.gpkg"
    three, four = parse_database_url(f"gpkg://{path}"), parse_database_url(f"gpkg:///{path}")
    assert three == four
    assert three["NAME"] == str(path)
    assert three["ENGINE"] == "gridward.gpkg"
    assert path.parent.is_dir()
    assert not path.exists()


def test_a_geopackage_waits_for_the_lock_and_survives_a_power_cut(tmp_path: Path) -> None:
    entry = parse_database_url(f"gpkg://{tmp_path}/a.gpkg")
    options = entry["OPTIONS"]
    assert entry["CONN_MAX_AGE"] is None
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    assert options["init_command"] == "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
    chosen = parse_database_url(f"gpkg://{tmp_path}/a.gpkg?synchronous=normal&timeout=5")["OPTIONS"]
    assert (chosen["timeout"], chosen["init_command"][-6:]) == (5, "NORMAL")


def test_a_percent_sign_and_chinese_in_a_path_are_read(tmp_path: Path) -> None:
    assert parse_database_url(f"gpkg://{tmp_path}/%E5%8C%BA%20100%25.gpkg")["NAME"] == f"{tmp_path}/区 100%.gpkg"


def test_a_database_in_memory() -> None:
    assert parse_database_url("gpkg://:memory:")["NAME"] == ":memory:"


def test_a_postgis_url_is_read_in_full() -> None:
    entry = parse_database_url("postgis://us%40er:p%2Fw%3A@db.example:6543/grid%20ward?sslmode=require")
    assert entry["ENGINE"] == "django.contrib.gis.db.backends.postgis"
    assert (entry["USER"], entry["PASSWORD"]) == ("us@er", "p/w:")
    assert (entry["HOST"], entry["PORT"], entry["NAME"]) == ("db.example", "6543", "grid ward")
    assert entry["OPTIONS"] == {"sslmode": "require"}


def test_a_postgis_socket_and_an_address_of_version_6() -> None:
    socket = parse_database_url("postgis://me@%2FRun%2Fpostgresql/gridward")
    assert (socket["HOST"], socket["PORT"], socket["PASSWORD"]) == ("/Run/postgresql", "", "")
    assert parse_database_url("postgis:///gridward")["HOST"] == ""
    six = parse_database_url("postgis://me@[::1]:5432/gridward")
    assert (six["HOST"], six["PORT"]) == ("::1", "5432")


def test_a_pool_is_asked_for() -> None:
    plain = parse_database_url("postgis://h/n?conn_max_age=60")
    assert (plain["CONN_MAX_AGE"], plain["OPTIONS"]) == (60, {})
    assert parse_database_url("postgis://h/n?pool=true")["OPTIONS"] == {"pool": True}
    sized = parse_database_url("postgis://h/n?pool_min_size=2&pool_max_size=8&conn_max_age=60")
    assert sized["OPTIONS"] == {"pool": {"min_size": 2, "max_size": 8}}
    assert sized["CONN_MAX_AGE"] == 0


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "must begin with gpkg:// or postgis://"),
        ("sqlite:///a.db", "must begin with gpkg:// or postgis://"),
        ("gpkg:/a/b.gpkg", "must begin with"),
        ("gpkg://relative/path.gpkg", "an absolute path"),
        ("gpkg:///folder/", "an absolute path"),
        ("gpkg:///tmp", "is a folder"),
        ("gpkg:///dev/null/x/y.gpkg", "cannot be made"),
        ("gpkg:///tmp/a.gpkg?sync=full", "unknown option sync; known are synchronous, timeout"),
        ("gpkg:///tmp/a.gpkg?synchronous=maybe", "full, normal or off"),
        ("gpkg:///tmp/a.gpkg?timeout=soon", "timeout must be a whole number"),
        ("gpkg:///tmp/a.gpkg?timeout", "?name=value"),
        ("postgis://me:secret@host", "exactly one database name"),
        ("postgis://me:secret@host/a/b", "exactly one database name"),
        ("postgis://me:secret@host:70000/a", "port must be a number"),
        ("postgis://me:secret@host/a?nonsense=1", "unknown option nonsense"),
        ("postgis://me:secret@host/a?pool=some", "pool must be true or false"),
    ],
)
def test_a_wrong_url_is_refused_without_its_password(url: str, says: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(says)) as refusal:
        parse_database_url(url)
    assert "secret" not in str(refusal.value)

"""What every test may use: the town, its cast, clients, a fixed moment, two sessions at once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.db import connection
from django.test import Client

from gridward.cases.models import Category
from gridward.core.errors import catalogue
from gridward.core.scopes import role_rules
from gridward.work import clock, collected
from tests.apps.cases.scene import build_kinds
from tests.cast import Cast, build_cast
from tests.kept import Kept, keep
from tests.sessions import TwoSessions, file_database, url_of
from tests.town import Town, build_town

pytest_plugins = ["tests.tiers", "tests.cluster_fixtures", "tests.lock_time"]

LONG = (
    "test_run_demo",
    "test_run_jobs",
    "test_import_district",
    "test_use_in_browser",
    "test_grow_",
    "test_show_pages",
)
BEGINNING = (build_town, build_cast, lambda town, cast: build_kinds(town))
WEDNESDAY = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    """Passwords of tests are hashed cheaply; the second step is asked where a test asks for it; a new client does not
    first list every static file.
    """
    project_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    project_settings.GRIDWARD_REQUIRE_TOTP = "none"
    project_settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin, so that none is left over at the end; on PostGIS two sessions need rows that are
    really committed.
    """
    items.sort(key=lambda item: next((n for n, name in enumerate(LONG) if name in item.nodeid), len(LONG)))
    if connection.settings_dict["ENGINE"] != "gridward.gpkg":
        for item in items:
            if "two_sessions" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session", autouse=True)
def started() -> None:
    """What a server collects when it starts is not collected under somebody's write lock."""
    collected.jobs()
    collected.joins()
    catalogue()
    role_rules()


@pytest.fixture(scope="session")
def kept(django_db_setup: None, django_db_blocker: Any) -> Kept:
    """The town, its cast and its kinds of cases, built once; see tests/kept.py. A file that begins with more keeps
    more.
    """
    with django_db_blocker.unblock():
        return keep(*BEGINNING)


@pytest.fixture
def copied(kept: Kept) -> list[Any]:
    """What was built, as one test has it."""
    return kept.copy()


@pytest.fixture
def town(db: None, kept: Kept, copied: list[Any]) -> Town:
    """District 7 with divisions, bodies, grids and a calendar; see tests/town.py."""
    kept.insert(0)
    return copied[0]  # type: ignore[no-any-return]


@pytest.fixture
def cast(town: Town, kept: Kept, copied: list[Any]) -> Cast:
    """The people of the town, each in one role; see tests/cast.py."""
    kept.insert(1)
    return copied[1]  # type: ignore[no-any-return]


@pytest.fixture
def kinds(cast: Cast, kept: Kept, copied: list[Any]) -> dict[str, Category]:
    """Five categories of the town; see tests/apps/cases/scene.py."""
    kept.insert(2)
    return copied[2]  # type: ignore[no-any-return]


@pytest.fixture
def client_of(request: pytest.FixtureRequest) -> Callable[[str], Client]:
    """``client_of("cleo")`` is a browser in which Cleo is signed in; Ada has none and is not."""

    def signed_in(name: str) -> Client:
        client = Client()
        if name != "ada":
            cast: Cast = request.getfixturevalue("cast")
            client.force_login(cast[name], backend="gridward.accounts.backends.PersonBackend")
        return client

    return signed_in


@pytest.fixture
def at() -> Iterator[datetime]:
    """Wednesday 4 March 2026, 10:00 in the town; the clock stands there while the test runs."""
    with clock.standing_at(WEDNESDAY):
        yield WEDNESDAY


@pytest.fixture
def two_sessions(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TwoSessions]:
    """Committed data that a second thread or process sees; build the town inside the test.

    On GeoPackage the test moves to a file of its own, on PostGIS it is emptied afterwards.
    """
    settings: dict[str, Any] = connection.settings_dict
    if settings["ENGINE"] != "gridward.gpkg":
        request.getfixturevalue("_django_db_helper")
        yield TwoSessions(url_of(settings))
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock(), file_database(tmp_path / "two.gpkg"):
        yield TwoSessions(f"gpkg://{tmp_path / 'two.gpkg'}")

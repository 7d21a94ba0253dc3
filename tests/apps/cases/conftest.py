"""The scene of all case tests."""

import gc
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gridward.cases.queries.calendars import forget_calendars
from gridward.work.collected import jobs, joins
from tests.apps.cases.scene import Scene, build_kinds
from tests.cast import Cast
from tests.town import Town


@pytest.fixture(scope="session", autouse=True)
def started() -> None:
    """As in a server that has started: what follows steps is collected, and its objects are out of the collector's
    way, so that neither falls into the time that a lock is held.
    """
    jobs(), joins()
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Files of a test lie apart, no calendar of another test is remembered, and no garbage of another test is
    collected while this one holds a lock.
    """
    forget_calendars()
    gc.freeze()
    settings.GRIDWARD_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def scene(town: Town, cast: Cast, at: datetime) -> Scene:
    return Scene(town, cast, build_kinds(town), at)

"""The scene of all case tests."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gridward.cases.models import Category
from gridward.cases.queries.calendars import forget_calendars
from tests.apps.cases.scene import Scene
from tests.cast import Cast
from tests.town import Town


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Files of a test lie apart, and no calendar of another test is remembered."""
    forget_calendars()
    settings.GRIDWARD_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def scene(town: Town, cast: Cast, kinds: dict[str, Category], at: datetime) -> Scene:
    return Scene(town, cast, kinds, at)

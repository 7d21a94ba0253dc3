"""Homes and keys of these tests lie apart; a scene with people who report."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gridward.cases.models import Category
from tests.apps.cases.scene import Scene
from tests.cast import Cast
from tests.town import Town


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.GRIDWARD_HOME = tmp_path / "home"
    settings.GRIDWARD_KEYS = tmp_path / "keys.json"
    return tmp_path / "home"


@pytest.fixture
def scene(town: Town, cast: Cast, kinds: dict[str, Category], at: datetime) -> Scene:
    return Scene(town, cast, kinds, at)

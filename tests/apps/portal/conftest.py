"""Residents at the open door: the scene of the case tests, with categories that residents are offered."""

import pytest

from gridward.cases.models import Category
from tests.apps.cases.conftest import home, scene  # noqa: F401
from tests.apps.cases.scene import Scene
from tests.apps.portal.door import Door

OFFERED = {"lamp": "路灯 灯不亮", "pothole": "坑 路烂了", "litter": "垃圾 臭"}


@pytest.fixture
def door(scene: Scene) -> Door:  # noqa: F811
    """A resident's browser before the doors of the town."""
    Category.objects.update(is_public=True)
    for code, words in OFFERED.items():
        Category.objects.filter(code=code).update(is_shown_nearby=True, synonyms=words)
    return Door(scene)

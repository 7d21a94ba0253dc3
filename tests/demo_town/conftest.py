import pytest

from gridward.demo.town import Town, grow


@pytest.fixture(scope="session")
def town() -> Town:
    return grow(1)

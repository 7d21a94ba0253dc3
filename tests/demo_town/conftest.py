import pytest

from gridward.demo.town import Town, grow


@pytest.fixture(scope="session")
def town() -> Town:
    # The seed of `gridward demo`.
    return grow(2026)

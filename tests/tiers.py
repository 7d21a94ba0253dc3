"""How much a tier counts: Hypothesis profiles by GRIDWARD_TIER (fast or full), loaded as a pytest plugin."""

import os

import pytest
from hypothesis import HealthCheck, settings

TIER = os.environ.get("GRIDWARD_TIER", "fast")
PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile("fast", max_examples=60, deadline=None, suppress_health_check=PATIENT, derandomize=True)
settings.register_profile("full", max_examples=600, deadline=None, suppress_health_check=PATIENT, print_blob=True)
settings.load_profile(TIER)


def examples(fast: int) -> int:
    """So many examples of one property in the fast tier, ten times as many in the full one."""
    return fast * 10 if TIER == "full" else fast


def pytest_report_header() -> str:
    """The counts stand in every report."""
    return f"tier {TIER}: {settings.default.max_examples} examples of each property"  # type: ignore[union-attr]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Also in quiet runs, whose header is left out."""
    terminalreporter.write_line(pytest_report_header())

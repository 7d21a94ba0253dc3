"""Everything that can be known without running the product: ``python -m tests.check`` (``make check``).

Each check runs in its own process, all of them always, and the last line counts those that failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff: rules of style", (f"{PROGRAMS}/ruff", "check", "--output-format=concise", ".")),
    ("ruff: one format", (f"{PROGRAMS}/ruff", "format", "--check", "--quiet", ".")),
    ("mypy: types, strict in core", (f"{PROGRAMS}/mypy", "--no-error-summary")),
    ("import-linter: imports go down only", (f"{PROGRAMS}/lint-imports", "--no-logo")),
    ("messages: both languages complete", (sys.executable, "-m", "gridward.web.messages", "check")),
    ("migrations: none is missing", (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")),
    ("architecture", (sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/architecture")),
)


def passes(name: str, command: tuple[str, ...], home: str) -> bool:
    """Run one check; its words are shown only when it fails."""
    begun = time.monotonic()
    environment = {**os.environ, "GRIDWARD_HOME": f"{home}/home", "DATABASE_URL": f"gpkg://{home}/check.gpkg"}
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    sys.stdout.write(f"{'ok  ' if not done.returncode else 'FAIL'} {name} ({time.monotonic() - begun:.1f} s)\n")
    if done.returncode:
        sys.stdout.write(done.stdout)
    sys.stdout.flush()
    return not done.returncode


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="gridward-check-") as home:
        results = [passes(name, command, home) for name, command in CHECKS]
    sys.stdout.write(f"{sum(results)} of {len(results)} checks passed\n")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())

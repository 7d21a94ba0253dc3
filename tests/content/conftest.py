"""Read the packaged tables and guides as the importers will: comment lines first, then one header."""

import csv
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "gridward"
REFERENCE = ROOT / "cases" / "reference"
DEMO = ROOT / "demo" / "content"
GUIDES = ROOT / "portal" / "guides"

Table = list[dict[str, str]]


def read_table(path: Path) -> Table:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


@pytest.fixture(scope="session")
def reference() -> Callable[[str], Table]:
    return lambda name: read_table(REFERENCE / f"{name}.csv")


@pytest.fixture(scope="session")
def demo() -> Callable[[str], Table]:
    return lambda name: read_table(DEMO / f"{name}.csv")


@pytest.fixture(scope="session")
def categories(reference: Callable[[str], Table]) -> dict[tuple[str, str, str], dict[str, str]]:
    rows = reference("city_management") + reference("city_management_local") + reference("local_services")
    return {(row["scheme"], row["kind"], row["code"]): row for row in rows}


@pytest.fixture(scope="session")
def guides() -> list[dict[str, object]]:
    return [tomllib.loads(path.read_text("utf-8")) for path in sorted(GUIDES.glob("*.toml"))]


@pytest.fixture(scope="session")
def people() -> dict[str, list[str]]:
    return tomllib.loads((DEMO / "people.toml").read_text("utf-8"))


@pytest.fixture(scope="session")
def all_files() -> dict[str, str]:
    paths = [*REFERENCE.glob("*.csv"), *DEMO.glob("*"), *GUIDES.glob("*.toml")]
    return {path.name: path.read_text("utf-8") for path in paths if path.is_file()}


@pytest.fixture(scope="session")
def has_han() -> Callable[[str], bool]:
    return lambda text: re.search(r"[\u4e00-\u9fff]", text) is not None

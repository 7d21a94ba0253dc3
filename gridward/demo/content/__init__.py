"""The invented words of the example district, read from the files beside this one."""

import csv
import tomllib
from functools import cache
from importlib import resources
from typing import Any

PASSWORD = "lamp-on-the-corner-7"  # of the whole cast: an example database is open to all who reach it
HERE = resources.files("gridward.demo.content")


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a CSV file; lines that begin with ``#`` explain it."""
    text = HERE.joinpath(f"{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def table(name: str) -> dict[str, Any]:
    """A TOML file."""
    return tomllib.loads(HERE.joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def english() -> dict[str, str]:
    """The English name of every place by its Chinese one."""
    return {row["name_zh"]: row["name_en"] for row in rows("places")}


def names(kind: str) -> list[dict[str, str]]:
    """Place names of a kind, in their order."""
    return [row for row in rows("places") if row["kind"] == kind]

"""Typed readers of the environment: a wrong value stops the start with one clear sentence.

Every setting is read through one of these, so ``KNOWN`` lists them all and the docs test can compare.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class SettingWrong(SystemExit):
    """Stops the process: which variable, what it holds, what it should hold."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name}={value!r} is not {wanted}. Correct the environment and start again.")


KNOWN: dict[str, str] = {}


def _read(name: str, default: T, parse: Callable[[str], T], wanted: str) -> T:
    KNOWN[name] = wanted
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    try:
        return parse(value)
    except ValueError:
        raise SettingWrong(name, value, wanted) from None


def read_text(name: str, default: str = "") -> str:
    return _read(name, default, str, "text")


def read_path(name: str, default: Path) -> Path:
    return _read(name, default, lambda value: Path(value).expanduser().resolve(), "a path")


def read_flag(name: str, default: bool = False) -> bool:
    words = {
        "1": True,
        "yes": True,
        "true": True,
        "on": True,
        "0": False,
        "no": False,
        "false": False,
        "off": False,
    }

    def parse(value: str) -> bool:
        if value.lower() not in words:
            raise ValueError
        return words[value.lower()]

    return _read(name, default, parse, "1 or 0")


def read_number(name: str, default: int, lowest: int, highest: int) -> int:
    def parse(value: str) -> int:
        number = int(value)
        if not lowest <= number <= highest:
            raise ValueError
        return number

    return _read(name, default, parse, f"a whole number from {lowest} to {highest}")


def read_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError
        return value

    return _read(name, default, parse, "one of " + ", ".join(choices))


def read_list(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    return _read(
        name,
        default,
        lambda value: tuple(p.strip() for p in value.split(",") if p.strip()),
        "names, comma-separated",
    )

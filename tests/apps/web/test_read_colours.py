"""Contrast of every pair of colours that stand on each other, computed from the style sheet."""

import re
from pathlib import Path

import pytest

from gridward.web import specimens

STYLE = (Path(specimens.__file__).parent / "static" / "web" / "gridward.css").read_text("utf-8")
GROUNDS = ("paper", "surface", "surface-2")
TEXTS = [(ink, ground) for ink in ("ink", "ink-2", "green", "blue") for ground in GROUNDS]
STATUSES = ("ontime", "soon", "late", "suspended", "closed")
TEXTS += [(status, f"{status}-wash") for status in STATUSES]
TEXTS += [(status, ground) for status in STATUSES for ground in GROUNDS]
TEXTS += [("on-green", "green"), ("on-green", "green-2"), ("ink", "green-wash"), ("ink", "blue-wash")]
EDGES = [("line-2", "surface"), ("line-2", "paper"), ("focus", "surface"), ("focus", "paper")]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--gw-([\w-]+):\s*(#[0-9a-f]{6})", block))


LIGHT = tokens(STYLE[STYLE.index(":root") : STYLE.index("@media screen")])
DARK = {**LIGHT, **tokens(STYLE[STYLE.index('[data-bs-theme="dark"] {') : STYLE.index("2 ground rules")])}


def luminance(colour: str) -> float:
    """WCAG 2.1 relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_can_be_read(theme: dict[str, str], ink: str, ground: str) -> None:
    assert ratio(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_can_be_seen(theme: dict[str, str], edge: str, ground: str) -> None:
    assert ratio(theme[edge], theme[ground]) >= 3


def test_dark_colours_hold_on_screens_only() -> None:
    before = STYLE[: STYLE.index('[data-bs-theme="dark"] {')]
    assert before.rstrip().endswith("@media screen {")


def test_old_browsers_understand_the_style_sheet() -> None:
    rules = re.sub(r"/\*.*?\*/", "", STYLE, flags=re.S)
    assert not re.search(r":has\(|color-mix|light-dark|oklch|@layer|@container|\bsubgrid\b|^\s*&", rules, re.M)

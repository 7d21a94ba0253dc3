"""Drawing in a draft with a mouse: pieces tapped and moved, a boundary drawn, a change taken back."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from gridward.grids.actions import begin_design
from gridward.grids.models import GridDesign
from gridward.grids.queries.designs import drawn, get_draft, instance_of
from tests.apps.grids.test_design_area import PAGE, by_hand, load_houses, perform
from tests.apps.web.test_use_in_browser import QUIET
from tests.cast import Cast
from tests.town import Town

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@contextmanager
def seen_by(client: Client, base: str, path: str) -> Iterator[Page]:
    """A page as somebody who is signed in sees it; what script complains of fails the test."""
    complaints: list[str] = []
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as driver:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--disable-3d-apis"])
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(base + path)
        yield page
        browser.close()
    assert complaints == []


def test_a_planner_draws_with_the_mouse(
    town: Town, cast: Cast, at: datetime, client_of: Callable[[str], Client], live_server: Any
) -> None:
    load_houses(town, at)
    begun = begin_design(division=town.divisions["liuyin"], by=cast.actor("hui"), at=at)
    perform(begun.run)
    design = GridDesign.objects.get()
    hand, instance = by_hand(design, cast, at), instance_of(design)
    before = drawn(hand)
    east = before.names.index(town.grids["liuyin_e"].code)
    units = [instance.ids.index(f"H2{y}") for y in range(6)]
    with seen_by(client_of("hui"), live_server.url, f"{PAGE}drafts/{hand.number}/") as page:
        for unit in units:
            page.locator(f'#lots a[data-unit="{unit}"] path').click()
        assert "6" in page.locator("[data-chosen]").inner_text()
        page.select_option("[data-move] select", str(east))
        with page.expect_response("**/move/") as told:
            page.click("[data-move] .btn-primary")
        assert told.value.ok
        page.wait_for_selector(".lot.moved")
        moved = drawn(get_draft(design, hand.number))
        assert (moved.grid[units] == east).all() and (moved.grid != before.grid).sum() == len(units)
        page.click("[data-draw]")
        lots = page.locator("#lots")
        lots.hover(position={"x": lots.evaluate("one => one.clientWidth * 0.18"), "y": 8}, force=True)
        page.mouse.down()
        box = lots.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.18, min(box["y"] + box["height"], 900) - 8, steps=8)
        with page.expect_response("**/redraw/") as drawn_line:
            page.mouse.up()
        assert drawn_line.value.ok
        page.wait_for_selector(".drawn", state="detached")
        redrawn = drawn(get_draft(design, hand.number))
        assert set(redrawn.grid[units].tolist()) == {east}
        assert (redrawn.grid == east).sum() > (moved.grid == east).sum()
        with page.expect_response("**/undo/"):
            page.click("#hand header button")
        assert (drawn(get_draft(design, hand.number)).grid == moved.grid).all()

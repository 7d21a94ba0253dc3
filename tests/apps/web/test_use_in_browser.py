"""The shell in Chromium: nothing is blocked, with and without script, with and without WebGL 2."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.apps.web.doors"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
READY_MS = 20_000


@pytest.fixture(scope="module")
def browser_of() -> Iterator[Callable[[bool], Browser]]:
    """``browser_of(webgl)``: one Chromium with and one without, started once. Playwright's loop runs on in this
    thread while the database is cleared between the tests, which Django would take for asynchronous code.
    """
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as driver:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

        @cache
        def started(webgl: bool) -> Browser:
            flags = [*QUIET, *([] if webgl else ["--disable-3d-apis"])]
            return driver.chromium.launch(executable_path=CHROMIUM, args=flags)

        yield started


@pytest.fixture
def open_page(live_server: Any, browser_of: Callable[[bool], Browser]) -> Iterator[Callable[..., Page]]:
    """``open_page(path, width=…, script=…, webgl=…)``; what the console complains of fails the test."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
            complaints.append(message.text)

    def opened(path: str, *, width: int = 1440, script: bool = True, webgl: bool = True, **cookies: str) -> Page:
        context = ended.enter_context(
            browser_of(webgl).new_context(
                viewport={"width": width, "height": 900}, java_script_enabled=script, locale="zh-CN"
            )
        )
        context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()])
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _note_foreign(request.url, live_server.url, complaints))
        page.goto(live_server.url + path)
        return page

    with ExitStack() as ended:  # a page asks nothing more when the database is cleared
        yield opened
    assert complaints == []


def _note_foreign(url: str, own: str, complaints: list[str]) -> None:
    if not url.startswith((own, "data:", "blob:")):
        complaints.append(f"asked elsewhere: {url}")


@contextmanager
def point_changes(page: Page) -> Iterator[None]:
    field = page.locator('input[name="place"]')
    before = field.input_value()
    yield
    page.wait_for_function("old => document.querySelector('input[name=\"place\"]').value !== old", arg=before)


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_the_map_comes_alive_and_nothing_is_blocked(open_page: Callable[..., Page], theme: str) -> None:
    page = open_page("/specimen/", gridward_theme=theme)
    page.wait_for_selector("#map[data-live] canvas", timeout=READY_MS)
    assert page.locator("#map > svg.map").is_hidden()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme


def test_without_webgl_the_drawing_is_moved_by_its_buttons(open_page: Callable[..., Page]) -> None:
    page = open_page("/specimen/", webgl=False)
    page.wait_for_selector("#map[data-drawn]", timeout=READY_MS)
    before = page.locator("#map").get_attribute("data-window")
    page.locator('#map .map-tools a[data-to="plus"]').click()
    page.wait_for_function("old => document.getElementById('map').dataset.window !== old", arg=before)
    assert page.locator("#map > svg.map").is_visible()
    assert "map=" in page.url


def test_without_webgl_the_drawing_is_dragged(open_page: Callable[..., Page]) -> None:
    page = open_page("/specimen/", webgl=False)
    page.wait_for_selector("#map[data-drawn]", timeout=READY_MS)
    box = page.locator("#map > svg.map").bounding_box()
    before = page.locator("#map").get_attribute("data-window")
    assert box is not None and before is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_function("old => document.getElementById('map').dataset.window !== old", arg=before)
    after = page.locator("#map").get_attribute("data-window")
    assert after is not None and float(after.split(",")[0]) < float(before.split(",")[0])


def test_a_tap_on_the_live_map_places_the_point(open_page: Callable[..., Page]) -> None:
    page = open_page("/specimen/", width=390)
    canvas = page.locator("grid-map.place canvas")
    canvas.wait_for(timeout=READY_MS)
    page.wait_for_timeout(800)
    with point_changes(page):
        canvas.click(position={"x": 60, "y": 60})
    assert re.fullmatch(r"11\d\.\d{6},2\d\.\d{6}", page.locator('input[name="place"]').input_value())


def test_a_tap_without_script_places_the_point_and_keeps_the_words(open_page: Callable[..., Page]) -> None:
    page = open_page("/specimen/", width=390, script=False)
    page.fill('textarea[name="words"]', "坑有脸盆大")
    page.locator("input.place-pick.small").click(position={"x": 100, "y": 100})
    page.wait_for_load_state()
    assert page.locator('textarea[name="words"]').input_value() == "坑有脸盆大"
    assert re.fullmatch(r"11\d\.\d{6},2\d\.\d{6}", page.locator('input[name="place"]').get_attribute("value") or "")


def test_without_script_the_drawing_moves_by_links(open_page: Callable[..., Page]) -> None:
    page = open_page("/specimen/", script=False)
    before = page.locator("#map > svg.map").inner_html()
    page.locator('#map .map-tools a[data-to="plus"]').click()
    page.wait_for_load_state()
    assert page.locator("#map > svg.map").inner_html() != before


def test_a_row_and_its_feature_are_chosen_together(open_page: Callable[..., Page]) -> None:
    page = open_page("/specimen/", webgl=False)
    page.wait_for_selector("#map[data-drawn]", timeout=READY_MS)
    page.locator('tr[data-feature="c5"] a').focus()
    assert page.locator('#map [data-feature="c5"].is-chosen').count() == 1
    assert page.locator('tr[data-feature="c5"]').get_attribute("aria-selected") == "true"


@pytest.mark.parametrize(
    "cookies",
    [{"gridward_language": "en"}, *(pytest.param(c, marks=pytest.mark.full) for c in ({}, {"gridward_text": "large"}))],
)
def test_no_page_is_wider_than_its_screen(open_page: Callable[..., Page], cookies: dict[str, str]) -> None:
    page = open_page("/specimen/", webgl=False, **cookies)
    for width in (1440, 1366, 768, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_shows_where_it_is(open_page: Callable[..., Page]) -> None:
    """The skip link first, and an outline on everything the tabulator reaches."""
    page = open_page("/specimen/", webgl=False)
    page.wait_for_selector("#map[data-drawn]", timeout=READY_MS)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one);
            return [one.tagName, style.outlineStyle, parseFloat(style.outlineWidth)]; }"""
        )
        assert seen[1] == "solid" and seen[2] >= 3, seen


def test_print_is_light_even_from_a_dark_screen(open_page: Callable[..., Page]) -> None:
    page = open_page("/specimen/", gridward_theme="dark", webgl=False)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("nav.wide").is_hidden()

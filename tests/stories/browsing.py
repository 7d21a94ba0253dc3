"""Three stories in a browser against an example district that runs: every move by a click and without 3D; a case filed
and sent by keys; a resident without script.
"""

import io
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from gridward.demo.content import PASSWORD
from tests.tutorial import CHROMIUM, DESK, PHONE, QUIET

PATIENCE_MS = 120_000  # the example grows its month beside
WORDS = "楼道里堆了旧家具，过不去人"


@contextmanager
def browser_of(base: str, *, size: Any = DESK, script: bool = True) -> Iterator[Page]:
    """One browser; an error of script on any page fails the story."""
    complaints: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport=size, locale="zh-CN", java_script_enabled=script, base_url=base)
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert complaints == []


def photo(shade: int) -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (shade, 120, 90)).save(out, "JPEG")
    return {"name": "seen.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def become(page: Page, who: str) -> None:
    """Somebody else at the same screen; what the last page still asked for is not answered into the new session."""
    page.goto("about:blank")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.fill('[name="login"]', who)
    page.fill('[name="password"]', PASSWORD)
    page.click(
        'form:has([name="login"][type="text"]) .btn-primary, form:has(input[name="password"]:visible) .btn-primary'
    )
    page.wait_for_url("**/work/**")


def make(page: Page, number: str, move: str, **filled: Any) -> None:
    """Open the case, press the move, fill its form in, send it."""
    page.goto(f"/cases/{number}/")
    page.click(f'a[href$="/moves/{move}/"]')
    for name, value in filled.items():
        control = page.locator(f'main [name="{name}"]').first
        if isinstance(value, dict):
            control.set_input_files(value)
        elif control.get_attribute("type") == "radio":
            page.check(f'main [name="{name}"][value="{value}"]')
        elif value is True:
            control.check()
        elif control.evaluate("one => one.tagName") == "SELECT":
            wanted = control.locator("option", has_text=value) if isinstance(value, str) else control.locator("option")
            control.select_option(wanted.nth(0 if isinstance(value, str) else value).get_attribute("value"))
        else:
            control.fill(value)
    page.click("main form .actions .btn-primary")
    page.wait_for_url(f"**/cases/{number}/")


def every_move_by_a_click(base: str) -> str:
    """A call at the desk, taken from the first stage to the last; the number of its case."""
    with browser_of(base) as page:
        become(page, "cleo")
        page.goto("/cases/new/")
        page.check('[name="channel"][value="phone"]')
        category = page.locator('[name="category"] option', has_text="路灯").first.get_attribute("value")
        page.select_option('[name="category"]', category)
        page.fill('[name="description"]', "路灯不亮，晚上看不清路")
        page.fill('[name="place"]', "柳荫路口")
        page.select_option('[name="community"]', label="柳荫社区")
        page.check('[name="answer_by"][value="counter"]')
        page.click("main form .actions .btn-primary")
        page.wait_for_url("**/slip/**")
        number = re.search(r"\d{19}", page.url)[0]  # type: ignore[index]
        make(page, number, "accept")
        make(page, number, "file", filing_condition=1, duplicates_checked=True)
        become(page, "dev")
        make(page, number, "dispatch", body="示例区城市管理局")
        become(page, "deng")
        make(page, number, "accept_task", handler="卞军")
        become(page, "ben")
        make(page, number, "finish", result="换了灯泡，已经亮了", after_photo=photo(90))
        become(page, "deng")
        make(page, number, "confirm")
        become(page, "cleo")
        make(page, number, "ask_inspection", inspector="易芳")
        become(page, "eva")
        make(page, number, "inspect_pass", words="看过了，亮的", photo=photo(120))
        become(page, "cai")
        page.goto(f"/cases/{number}/")
        page.click('form[action$="/contact/"] button')
        page.click('form[action$="/told/"] button')
        make(page, number, "close", closing_condition=True, reply="灯换好了，晚上能看清路了。")
        become(page, "cleo")
        make(page, number, "revisit", solved="yes", satisfied="5", words="好了")
        assert "已评价" in page.locator("main").inner_text()
    return number


def counter_report(page: Page) -> str:
    """Somebody at the counter tells of a dark lamp; the number of the case."""
    page.goto("/cases/new/")
    page.check('[name="channel"][value="counter"]')
    category = page.locator('[name="category"] option', has_text="路灯").first.get_attribute("value")
    page.select_option('[name="category"]', category)
    page.fill('[name="description"]', "路灯不亮，晚上看不清路")
    page.fill('[name="place"]', "柳荫路口")
    page.select_option('[name="community"]', label="柳荫社区")
    page.check('[name="answer_by"][value="none"]')
    page.click("main form .actions .btn-primary")
    page.wait_for_url("**/slip/**")
    return re.search(r"\d{19}", page.url)[0]  # type: ignore[index]


def filed_and_sent_by_keys(base: str, *, script: bool) -> tuple[int, float]:
    """A common case is filed and sent without a mouse; how many keys it took, and how many seconds."""
    filing = ("ArrowDown", "d", "Enter") if script else ("ArrowDown", "Tab", "Space", "Enter")
    pressed, seconds = 0, 0.0
    with browser_of(base, script=script) as page:
        become(page, "cleo")
        number = counter_report(page)
        for who, keys, state in (("cleo", filing, "待派遣"), ("dev", ("Enter",), "待处置")):
            become(page, who)
            page.goto(f"/cases/triage/?case={number}")
            began = time.monotonic()
            page.locator(":focus-visible").wait_for(state="attached")  # one sees where one is
            for key in keys:
                page.keyboard.press(key)
            page.wait_for_url(re.compile(f"done={number}$"))
            seconds += time.monotonic() - began
            pressed += len(keys)
            assert state in page.locator('main .note[role="status"]').inner_text()
    return pressed, seconds


def reports_without_script(base: str) -> None:
    """A resident whose phone runs no script: three steps, a photo, the private page, the spoken code at the door."""
    with browser_of(base, size=PHONE, script=False) as page:
        page.goto("/")
        page.click('a[href="/report/problem/"]')
        page.fill('[name="place"]', "柳荫里 3 栋 2 单元")
        page.click("main .dock .btn-primary")
        page.locator('[name="category"]').first.check()
        page.fill('[name="description"]', WORDS)
        page.set_input_files('[name="photos"]', photo(60))
        page.click("main .dock .btn-primary")
        page.click("main .dock .btn-primary")
        page.wait_for_url("**/r/**")
        told = page.locator("main").inner_text()
        assert WORDS in told and page.locator(".photos img").count() == 1
        code = page.locator(".spoken").inner_text()
        page.goto("/")
        page.fill('[name="code"]', code)
        page.press('[name="code"]', "Enter")
        assert "已收到" in page.locator("main").inner_text()

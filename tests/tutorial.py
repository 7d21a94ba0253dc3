"""The guided tour in Chromium: ``python -m tests.tutorial http://127.0.0.1:8000`` walks it in both languages against a
demo that runs, and writes docs/tutorial/ten-minutes.md and .zh.md with the pictures it took. The browser test walks
the same way and writes nothing.
"""

import io
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from gridward.demo.content import table

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-3d-apis")  # fmt: skip
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "tutorial"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 780}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
TOLD = {"zh": "路口的垃圾桶满了，两天没人收", "en": "The bin at the corner has been full for two days"}
QUALITY = 55
WITHOUT_FOLDERS = r"""() => {
  for (const one of document.querySelectorAll("pre")) {
    const text = one.textContent.replace(/\/\S*\/python/g, "python");
    one.textContent = text.replace(/'\/\S*\/(\w+\.gpkg)'/g, "'home/$1'");
  }
}"""
Taken = Callable[[str, Page], None]
INTRO = {
    "en": "# The district in ten minutes\n\nThe guided tour of the example district, as it runs on your machine: "
    "`make demo`, open http://127.0.0.1:8000/, **Begin the tour**. Each step is a real page with one hint; you are "
    "signed in as the one who works there, and may leave at any time. People, places and cases are invented. These "
    "pages and pictures are written by `python -m tests.tutorial http://127.0.0.1:8000`, which walks the same steps.\n",
    "zh": "# 十分钟看一遍\n\n示例区的导览，和您机器上跑的一样：`make demo`，打开 http://127.0.0.1:8000/，点**开始看**。"
    "每一步都是真实页面，配一句提示；系统让您以在那里办事的人登录，随时可以退出。人物、地名、案卷都是虚构的。"
    "本页和图片由 `python -m tests.tutorial http://127.0.0.1:8000` 走一遍同样的步骤写出。\n",
}
OUTRO = {
    "en": "\nNext: [your first hour](your-first-hour.md), in which you do the work yourself.\n",
    "zh": "\n接着看：[第一个小时](your-first-hour.zh.md)，自己动手办一遍。\n",
}


@contextmanager
def opened(base: str, language: str) -> Iterator[Page]:
    """The public home in a browser of its own; what the console complains of fails, refusals apart."""
    complaints: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport=DESK)
        page.context.add_cookies([{"name": "gridward_language", "value": LANGUAGES[language], "url": base}])
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(base)
        yield page
        browser.close()
    assert complaints == []


def walk(base: str, language: str, taken: Taken) -> list[str]:
    """From the first step to the last, sending a report and pressing what a step offers; the steps' codes."""
    codes = []
    with opened(base, language) as page:
        page.click(".tour-begin button")
        while page.locator(".tour").count():
            code = page.locator(".tour").get_attribute("data-step") or ""
            page.set_viewport_size(PHONE if code == "report" else DESK)
            taken(code, page)
            _act(page, code, language, taken)
            codes.append(code)
            page.click(".tour-go .btn-primary")
            page.wait_for_load_state()
    return codes


def _act(page: Page, code: str, language: str, taken: Taken) -> None:
    if code == "report":
        _report(page, language)
        taken("reported", page)
    elif page.locator(".tour details form").count():
        page.click(".tour details form button")
        page.wait_for_load_state()
        taken(f"{code}-tried", page)


def _report(page: Page, language: str) -> None:
    """Three small steps of the public door, as a resident takes them."""
    page.fill('[name="place"]', "柳荫路口")
    page.click("main .dock .btn-primary")
    page.wait_for_load_state()
    page.locator('[name="category"]').nth(2).check()
    page.fill('[name="description"]', TOLD[language])
    page.click("main .dock .btn-primary")
    page.wait_for_load_state()
    page.click("main .dock .btn-primary")
    page.wait_for_url("**/r/**")


def picture(page: Page) -> bytes:
    """What is seen, as a small WebP; where things lie on this machine is nobody's business."""
    page.wait_for_load_state("networkidle")
    page.evaluate(WITHOUT_FOLDERS)
    image = Image.open(io.BytesIO(page.screenshot()))
    out = io.BytesIO()
    image.convert("RGB").save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


def write(base: str, language: str) -> None:
    """The page of one language and its pictures."""
    shown: dict[str, list[str]] = {}
    (FOLDER / "pictures").mkdir(exist_ok=True)

    def keep(code: str, page: Page) -> None:
        path = FOLDER / "pictures" / f"{code}.{language}.webp"
        path.write_bytes(picture(page))
        shown.setdefault(code.partition("-")[0].replace("reported", "report"), []).append(path.name)

    walk(base, language, keep)
    rows = [row for row in table("tour")["step"] if row["code"] in shown]
    parts = [INTRO[language]]
    for n, row in enumerate(rows, 1):
        title = row[f"title_{language}"]
        pictures = "\n\n".join(f"![{title}](pictures/{name})" for name in shown[row["code"]])
        parts.append(f"\n## {n}. {title}\n\n{row[f'hint_{language}']}\n\n{pictures}\n")
    name = "ten-minutes.zh.md" if language == "zh" else "ten-minutes.md"
    (FOLDER / name).write_text("".join(parts) + OUTRO[language], "utf-8")


if __name__ == "__main__":
    for each in LANGUAGES:
        write(sys.argv[1], each)

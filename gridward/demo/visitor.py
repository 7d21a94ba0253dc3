"""A visitor without a browser: fetches pages over HTTP, reads their forms, fills them in and sends them."""

import http.cookiejar
import mimetypes
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

TIMEOUT_S = 30
Files = Mapping[str, tuple[str, bytes]]


class NotAsExpected(Exception):  # noqa: N818 - reads as a sentence
    """The first thing that is not as a user should see it."""


@dataclass(slots=True)
class Form:
    """A form as the page offers it: where it goes and what stands in it."""

    action: str
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def option(self, name: str, words: str) -> str:
        """The value of the first choice whose words contain these."""
        for value, text in self.options.get(name, ()):
            if words in text and value:
                return value
        raise NotAsExpected(f"no choice “{words}” in {name}")

    def first(self, name: str) -> str:
        """The first real choice."""
        return next((value for value, _ in self.options.get(name, ()) if value), "")


class _Reader(HTMLParser):
    """Forms, and the words outside of tags."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._select = self._option = self._textarea = self._radio = ""
        self._chosen = False
        self._text = ""
        self._skip = 0
        self._is_selected = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._skip += 1
        elif tag == "form":
            self._form = Form(at.get("action", ""), at.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and at.get("name") and "disabled" not in at:
            self._control(tag, at, self._form)
        elif tag == "option" and self._select:
            self._option, self._text = at.get("value", ""), ""
            self._is_selected = "selected" in at

    def _control(self, tag: str, at: dict[str, str], form: Form) -> None:
        name, kind = at["name"], at.get("type", "text")
        if tag == "input" and kind in ("checkbox", "radio"):
            form.options.setdefault(name, []).append((at.get("value", "on"), at.get("aria-label", "")))
            self._radio, self._text = name, ""
            if "checked" in at:
                form.fields.setdefault(name, []).append(at.get("value", "on"))
        elif tag == "input" and kind not in ("submit", "image", "file", "button"):
            form.fields.setdefault(name, []).append(at.get("value", ""))
        elif tag == "select":
            self._select, self._chosen = name, False
            form.options.setdefault(name, [])
        elif tag == "textarea":
            self._textarea, self._text = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._skip = max(0, self._skip - 1)
        elif tag == "form":
            self._form = None
        elif tag == "option" and self._select and self._form is not None:
            options = self._form.options[self._select]
            options.append((self._option, self._text.strip()))
            if self._is_selected or (len(options) == 1 and not self._chosen):
                self._form.fields[self._select], self._chosen = [self._option], True
        elif tag == "select":
            self._select = ""
        elif tag == "label" and self._radio and self._form is not None:
            choices = self._form.options[self._radio]
            choices[-1] = (choices[-1][0], choices[-1][1] or self._text.strip())
            self._radio = ""
        elif tag == "textarea" and self._form is not None:
            self._form.fields.setdefault(self._textarea, []).append(self._text.lstrip("\n"))
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        self._text += data
        if not self._skip and data.strip():
            self.words.append(data.strip())


@dataclass(slots=True)
class Page:
    """What came back."""

    status: int
    url: str
    html: str
    forms: list[Form]
    words: str

    def form(self, name: str) -> Form:
        """The form that has a field of this name."""
        for form in self.forms:
            if name in form.fields or name in form.options:
                return form
        raise NotAsExpected(f"no form with {name} on {self.url}")

    def form_to(self, part: str) -> Form:
        """The form whose address contains this."""
        for form in self.forms:
            if part in form.action:
                return form
        raise NotAsExpected(f"no form to {part} on {self.url}")

    def link(self, part: str) -> str:
        """The first link whose address contains this."""
        found = re.search(rf'href="([^"]*{re.escape(part)}[^"]*)"', self.html)
        if found is None:
            raise NotAsExpected(f"no link to {part} on {self.url}")
        return found[1].replace("&amp;", "&")

    def must_say(self, *words: str) -> "Page":
        """The page is wrong when it lacks one of these."""
        for word in words:
            if word not in self.words:
                raise NotAsExpected(f"{self.url} does not say “{word}”")
        return self


class _KeepRefusals(urllib.request.HTTPErrorProcessor):
    """Answers of 4xx and 5xx are pages too."""

    def http_response(self, request, response):  # type: ignore[no-untyped-def]
        return response if response.status >= 400 else super().http_response(request, response)

    https_response = http_response


class Visitor:
    """One browser: its cookies, where it is."""

    def __init__(self, base: str, language: str = "zh-hans") -> None:
        self.base = base.rstrip("/")
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _KeepRefusals)
        self.opener.addheaders = [("Accept", "text/html"), ("Accept-Language", language)]

    def get(self, path: str, *, status: int = 200) -> Page:
        """Fetch a page."""
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.base + "/", path)), status)

    def send(self, page: Page, form: Form, values: Mapping[str, str] | None = None, *, files: Files | None = None,
             status: int = 200) -> Page:  # fmt: skip
        """Send a form with what stands in it, changed by ``values``."""
        fields = {name: list(held) for name, held in form.fields.items()}
        fields |= {name: [value] for name, value in (values or {}).items()}
        url = urllib.parse.urljoin(page.url, form.action or page.url)
        if form.method == "get":
            query = urllib.parse.urlencode(fields, doseq=True)
            return self.get(f"{url.partition('?')[0]}?{query}", status=status)
        body, kind = _multipart(fields, files or {})
        headers = {"Content-Type": kind, "Referer": page.url, "Origin": self.base}
        return self._open(urllib.request.Request(url, body, headers), status)

    def _open(self, request: urllib.request.Request, status: int) -> Page:
        with self.opener.open(request, timeout=TIMEOUT_S) as answer:
            html = answer.read().decode("utf-8", "replace")
            reader = _Reader()
            reader.feed(html)
            page = Page(answer.status, answer.url, html, reader.forms, " ".join(reader.words))
        if page.status != status:
            wrong = re.findall(r'class="[^"]*(?:wrong|refused)[^"]*"[^>]*>([^<]+)', page.html)
            raise NotAsExpected(f"{page.url} answered {page.status}: {' '.join(wrong) or page.words[:300]}")
        return page


def _multipart(fields: Mapping[str, list[str]], files: Files) -> tuple[bytes, str]:
    edge = secrets.token_hex(16)
    parts: list[bytes] = []
    for name, values in fields.items():
        for value in values:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
            parts.append(head.encode() + value.encode() + b"\r\n")
    for name, (file_name, content) in files.items():
        kind = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"

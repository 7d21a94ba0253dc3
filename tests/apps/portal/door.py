"""What a resident's browser does: fill in, press a button, send everything that the page holds."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from gridward.cases.models import Case
from gridward.work import clock
from tests.apps.cases.scene import LIUYIN_E, Scene

AT = "{:.6f},{:.6f}"


class Fields(HTMLParser):
    """The successful controls of the form that posts: what a browser sends without script."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.is_inside, self.values = action, False, dict[str, str]()
        self.area, self.choice = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = given.get("method") == "post" and given.get("action", "") == self.action
        if not self.is_inside:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and name and kind not in ("image", "file", "submit"):
            if kind not in ("radio", "checkbox") or "checked" in given:
                self.values[name] = given.get("value", "on" if kind in ("radio", "checkbox") else "")
        elif tag == "textarea":
            self.area, self.values[name] = name, ""
        elif tag == "select":
            self.choice = name
        elif tag == "option" and self.choice and "selected" in given:
            self.values[self.choice] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area
        self.choice = "" if tag == "select" else self.choice

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data.removeprefix("\n")


def fields_of(page: HttpResponse, action: str) -> dict[str, str]:
    parser = Fields(action)
    parser.feed(page.content.decode())
    return parser.values


@dataclass
class Door:
    """One browser without script."""

    scene: Scene
    client: Client = field(default_factory=Client)

    def get(self, address: str, **query: Any) -> HttpResponse:
        with clock.standing_at(self.scene.now):
            return self.client.get(address, query)

    def post(self, address: str, values: dict[str, Any]) -> HttpResponse:
        with clock.standing_at(self.scene.now):
            return self.client.post(address, values)

    def step(self, page: HttpResponse, door: str = "problem", **changes: Any) -> HttpResponse:
        """Send the page that is on the screen, changed where somebody typed."""
        address = f"/report/{door}/"
        return self.post(address, fields_of(page, address) | {"go": "next"} | changes)

    def kind(self, code: str) -> str:
        return str(self.scene.kinds[code].pk)

    def at_last_step(self, door: str = "problem", kind: str = "lamp", **changes: Any) -> HttpResponse:
        """The third page, place and words given."""
        given = {"position": AT.format(*LIUYIN_E), "place": "柳荫巷口", "description": "巷口的灯不亮了，晚上看不清"}
        given |= {"category": self.kind(kind)} | changes
        first = self.step(self.get(f"/report/{door}/"), door, **{k: v for k, v in given.items() if k in PLACES})
        return self.step(first, door, **{k: v for k, v in given.items() if k not in PLACES})

    def report(self, door: str = "problem", kind: str = "lamp", last: Any = None, **changes: Any) -> "Sent":
        """All three steps."""
        page = self.at_last_step(door, kind, **changes)
        return Sent(self, self.step(page, door, go="send", **(last or {})))


PLACES = ("position", "place", "community", "nowhere")


@dataclass
class Sent:
    """A report that was sent, and its private page."""

    door: Door
    answer: HttpResponse

    @property
    def token(self) -> str:
        found = re.search(r"/r/([\w-]{20,})/", self.answer.get("Location", ""))
        assert found, (self.answer.status_code, self.answer.content.decode()[:2000])
        return found[1]

    @property
    def address(self) -> str:
        return f"/r/{self.token}/"

    @property
    def case(self) -> Case:
        return Case.objects.latest("pk")

    def page(self) -> str:
        return self.door.get(self.address).content.decode()

    def do(self, move: str, prefix: str, **given: Any) -> HttpResponse:
        """One of the forms of the private page."""
        action = f"{self.address}do/{move}/"
        values = fields_of(self.door.get(self.address), action)
        return self.door.post(action, values | {f"{prefix}-{name}": value for name, value in given.items()})

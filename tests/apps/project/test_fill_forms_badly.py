"""Every form of every page is sent a million characters, NUL, emoji, right-to-left and things that are no choice: the
answer is a page with a clear sentence, never an error, and nothing is kept by halves.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from gridward.cases.actions.contacts import Reporter, new_token
from tests.apps.cases.conftest import home, scene  # noqa: F401
from tests.apps.cases.scene import Scene, damage
from tests.tiers import TIER

NASTY = {
    "a million": "灯" * 1_000_000, "NUL": "灯\0坏了", "emoji": "👩‍🚒🏳️‍🌈" * 3, "right to left": "\u202eمرحبا\u202c",
    "markup": "<script>alert(1)</script>'\"{{7*7}}%s%(n)s", "number": "9" * 400,
    "small two": "²", "minus": "-1", "no date": "0000-13-99", "far day": "9999-12-31", "blank": " \u200b\n",
}  # fmt: skip
ONE_BY_ONE = ("NUL", "number", "small two", "far day")
SOME = ("NUL", "number", "small two")
PLACES = {
    "ada": ["/report/problem/", "/report/help/", "/report/voice/", "/my-grid/", "/progress/", "/r/{token}/",
            "/accounts/login/", "/guides/"],
    "cleo": ["/cases/new/", "/cases/", "/cases/{n}/", "/cases/{n}/moves/{move}/", "/grids/", "/grids/place/",
             "/overview/", "/work/", "/accounts/password/", "/accounts/devices/"],
    "sun": ["/accounts/people/", "/accounts/people/new/", "/accounts/people/import/", "/accounts/bodies/new/",
            "/accounts/bodies/sanitation/", "/accounts/people/{person}/", "/accounts/people/{person}/leave/",
            "/calendar/", "/shifts/sanitation/", "/cases/categories/", "/cases/categories/test/event/lamp/"],
    "wen": ["/grids/plans/", "/grids/plans/1/", "/grids/{grid}/"],
}  # fmt: skip


MOVES = ("accept", "ask_verification", "refuse", "merge", "supplement", "ask_void")


@dataclass
class Found:
    """A form of a page: where it goes and the names of its fields with what stands in them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Found(at.get("action", ""), at.get("method", "get").lower()))
            self.is_inside = True
        elif self.is_inside and tag in ("input", "select", "textarea", "button") and at.get("name"):
            if at.get("type") == "file":
                self.found[-1].files.append(at["name"])
            else:
                self.found[-1].fields.setdefault(at["name"], at.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "form"


def forms_of(client: Client, address: str) -> Iterator[Found]:
    page = client.get(address)
    assert page.status_code == HTTPStatus.OK, address
    parser = Forms()
    parser.feed(page.content.decode())
    for form in parser.found:
        form.action = form.action or address
        yield form


def attempts(form: Found) -> Iterator[tuple[str, dict[str, Any]]]:
    """The form with one field after the other gone wrong, and once with all of them."""
    kinds = list(NASTY) if TIER == "full" else list(SOME)
    names = [name for name in form.fields if name != "csrfmiddlewaretoken"]
    for kind in kinds:
        yield f"all = {kind}", dict.fromkeys(names, NASTY[kind])
        if TIER == "full" and kind in ONE_BY_ONE:
            for name in names:
                yield f"{name} = {kind}", {**form.fields, name: NASTY[kind]}
    for name in form.files:
        yield f"{name} is no file", {**form.fields, name: "x"}
        yield f"{name} lies", {**form.fields, name: io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)}


def tried(client: Client, form: Found, values: dict[str, Any]) -> int:
    """The status of the answer; nothing is left behind."""
    client.raise_request_exception = False
    with transaction.atomic():
        if form.method == "post":
            answer = client.post(form.action, values)
        else:
            answer = client.get(form.action, {name: str(value)[:5000] for name, value in values.items()})
        transaction.set_rollback(True)
    return answer.status_code


STAFF = [pytest.param(who, marks=pytest.mark.full) for who in PLACES if who != "ada"]


@pytest.mark.long_transaction("each request is taken back")
@pytest.mark.parametrize("person", ["ada", *STAFF])
def test_no_form_breaks_whatever_is_typed_into_it(
    scene: Scene,  # noqa: F811
    client_of: Callable[[str], Client],
    person: str,
) -> None:
    token, client = new_token(), client_of(person)
    case = scene.report(token=token, reporter=Reporter("示例", "13800000001"))
    given = {"token": token, "n": case.number, "person": scene.cast["shu"].public_id,
             "grid": scene.town.grids["liuyin_e"].code}  # fmt: skip
    wrong, count = list[str](), 0
    for place in PLACES[person]:
        for move in MOVES if "{move}" in place else ("",):
            for form in forms_of(client, place.format(move=move, **given)):
                for what, values in attempts(form):
                    count += 1
                    status = tried(client, form, values)
                    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                        wrong.append(f"{form.method} {form.action} {what}: {status}")
                if form.action.endswith("/logout/"):
                    client = client_of(person)
    assert not wrong, "\n".join(wrong)
    assert count > len(PLACES[person]) and damage() == []

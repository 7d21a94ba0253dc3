"""Every address of the project × every person of the cast × own, other and foreign things: who gets in, and with
which headers. What stands here is docs/explanation/who-sees-what.md in addresses; unseen is 404.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gridward.accounts.models import Grant
from gridward.cases.actions.contacts import Reporter, new_token
from gridward.cases.actions.linking import give_link
from gridward.cases.actions.notifying import confirm_token
from gridward.cases.actions.reporting import follow_case
from gridward.cases.models import Case
from gridward.grids.actions import begin_design
from gridward.registers.models import Component
from gridward.work import clock
from tests.apps.cases.conftest import home, scene  # noqa: F401
from tests.apps.cases.scene import RESIDENT, XINQIAO, Scene
from tests.apps.project.doors import BUSINESS, DOORS, OPEN, SEES, SIGNED_IN
from tests.tiers import TIER

READ_BY_SCRIPT = {"csrftoken"}
PHONE, NAME = "13700002468", "石榴红珊"
PEOPLE = sorted(SIGNED_IN) if TIER == "full" else ["deng", "finn", "sun"]


def addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The names of all addresses."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or pattern.pattern}"
        else:
            yield from addresses(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def test_every_address_stands_in_the_table() -> None:
    assert sorted(DOORS) == sorted(addresses())


@dataclass
class Things:
    """What the addresses are about, by kind of thing."""

    cases: dict[str, Case]
    photos: dict[str, str]
    values: dict[str, str]
    foreign: dict[str, str]


def _following(case: Case) -> str:
    """What the link of a follower ends with, who has not confirmed yet."""
    reporter = Reporter("", PHONE)
    follow_case(case=case, reporter=reporter, token=new_token(), by=RESIDENT, at=clock.now())
    return confirm_token(case.contacts.get(kind="follower"))


def _component(scene: Scene) -> dict[str, str]:  # noqa: F811
    """A lamp, and what its square leads to."""
    row = Component.objects.create(
        district=scene.town.district, code="90010701037000001", class_code="01037", position=Point(*XINQIAO),
        recorded_at=clock.now(),
    )  # fmt: skip
    return {"component": row.code, "square": str(row.public_id)}


def _things(scene: Scene) -> Things:  # noqa: F811
    """One case of each kind with a photo and a reporter; people, bodies and grids here and in the next district."""
    told = {"reporter": Reporter(NAME, PHONE), "photos": (scene.photo,)}
    token = new_token()
    here = scene.brought_to("handling", token=token, **told)
    complaint = scene.report("conduct", complained_body_id=scene.town.bodies["maintenance"].pk, **told)
    cases = {"here": here, "there": scene.report(position=XINQIAO, **told), "complaint": complaint}
    cases["foreign"] = scene.report(position=XINQIAO, **told)
    Case.objects.filter(pk=cases["foreign"].pk).update(district=scene.town.other)
    cases["foreign"].attachments.update(district=scene.town.other)
    photos = {kind: str(case.attachments.get().public_id) for kind, case in cases.items()}
    begin_design(division=scene.town.divisions["liuyin"], by=scene.cast.actor("hui"), at=clock.now())
    grant = Grant.objects.get(user=scene.cast["shu"])
    lamp = scene.kinds["lamp"]
    theirs = Grant.objects.get(user=scene.cast["finn"])
    work_token = new_token()
    give_link(case=here, name="示例队", task="看一看", released=[photos["here"]], days=7, token=work_token,
              by=scene.cast.actor("deng"), at=clock.now())  # fmt: skip
    values = {
        "token": token, "work_token": work_token, "own_photo": photos["here"],
        "person": str(scene.cast["shu"].public_id),
        "body": "sanitation", "grid": scene.town.grids["liuyin_e"].code, "grant": str(grant.pk),
        "category": f"{lamp.scheme}/{lamp.kind}/{lamp.code}", "nothing": str(uuid.UUID(int=0)),
        "confirming": _following(here), **_component(scene),
    }  # fmt: skip
    foreign = {
        "person": str(scene.cast["finn"].public_id), "grant": str(theirs.pk), "body": "nowhere", "grid": "nowhere",
        "component": "90010801037000001",
    }  # fmt: skip
    return Things(cases, photos, values, foreign)


def rows(things: Things, name: str) -> Iterator[tuple[str, set[str] | None]]:
    """The addresses of one door, each with who gets in."""
    _, address, who = DOORS[name]
    if "{case}" in address or "{photo}" in address:
        of_case = BUSINESS if who is OPEN else who
        for kind, case in things.cases.items():
            yield address.format(case=case.number, photo=things.photos[kind]), SEES[kind] & of_case
        return
    yield address.format(**things.values), who
    if any("{" + key + "}" in address for key in things.foreign):
        yield address.format(**things.values | things.foreign), set()


def asked(client: Client, method: str, address: str) -> HttpResponse:
    """The answer, and nothing left behind."""
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(address)
        if answer.streaming:
            b"".join(answer)  # type: ignore[call-overload]
        transaction.set_rollback(True)
    return answer


def wrong_headers(name: str, answer: HttpResponse) -> list[str]:
    """What an answer of ours must carry, and does not."""
    policy = answer.get("Content-Security-Policy", "")
    checks = {
        "policy": "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy,
        "nosniff": answer.get("X-Content-Type-Options") == "nosniff",
        "frames": "sandbox" in policy or "frame-ancestors 'none'" in policy,
        "old frames": answer.get("X-Frame-Options") == "DENY",
        "referrer": answer.get("Referrer-Policy", "").startswith(("same-origin", "no-referrer")),
        "opener": answer.get("Cross-Origin-Opener-Policy") == "same-origin",
        "resource": answer.get("Cross-Origin-Resource-Policy") == "same-origin",
        "cookies": all(cookie["samesite"] and (cookie["httponly"] or key in READ_BY_SCRIPT)
                       for key, cookie in answer.cookies.items() if cookie.value),
    }  # fmt: skip
    leaves_no_trace = ("portal:private", "portal:confirm", "portal:slip", "portal:act", "portal:photo", "portal:spoken",
                       "portal:helping", "cases:slip", "portal:report")  # fmt: skip
    if name.startswith(leaves_no_trace) and answer.status_code < HTTPStatus.BAD_REQUEST:
        checks["referrer"] = answer.get("Referrer-Policy", "").startswith("no-referrer")
        checks["store"] = answer.get("Cache-Control") == "no-store"
    if answer.get("Content-Type", "").startswith("text/html"):
        page = answer.content.decode()
        inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag and "json" not in tag]
        checks["inline"] = all("nonce=" in tag for tag in inline)
        checks["style"] = not re.search(r'\sstyle="|\son[a-z]+="', page)
    return [what for what, is_right in checks.items() if not is_right]


@pytest.mark.long_transaction("each request is taken back")
def test_who_gets_in_where(scene: Scene, client_of: Callable[[str], Client]) -> None:  # noqa: F811
    things, wrong = _things(scene), list[str]()
    clients = {name: client_of(name) for name in ["ada", *PEOPLE]}
    for name, (method, _, _) in DOORS.items():
        for address, who in rows(things, name):
            for person, client in clients.items():
                answer = asked(client, method, address)
                status = answer.status_code
                if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    wrong.append(f"{method} {address} for {person}: {status}")
                if who is OPEN or person in who:
                    is_right = status != HTTPStatus.NOT_FOUND
                elif person == "ada":
                    is_right = status == HTTPStatus.NOT_FOUND or "/accounts/login/" in answer.get("Location", "")
                else:
                    is_right = status == HTTPStatus.NOT_FOUND
                if not is_right:
                    wrong.append(f"{method} {address} for {person}: {status}")
                wrong += [f"{address} for {person}: {what}" for what in wrong_headers(name, answer)]
                where = answer.get("Location", "") + address
                body = b"" if answer.streaming else answer.content
                if name != "cases:contact" and (PHONE in where or PHONE.encode() in body or NAME.encode() in body):
                    wrong.append(f"{address} for {person}: personal data")
    assert not wrong, "\n".join(wrong)

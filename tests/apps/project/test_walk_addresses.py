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
from gridward.core.scopes import role_rules
from gridward.grids.actions import begin_design
from gridward.registers.models import Component
from gridward.work import clock
from tests.apps.cases.conftest import home, scene  # noqa: F401
from tests.apps.cases.scene import RESIDENT, XINQIAO, Scene
from tests.cast import ROLES
from tests.tiers import TIER

READ_BY_SCRIPT = {"csrftoken"}
PHONE, NAME = "13700002468", "石榴红珊"
CENTRE = {"cleo", "cai", "zhao", "dev", "wen"}
SIGNED_IN = {*ROLES, "finn"}
BUSINESS = {name for name in ROLES if role_rules()[ROLES[name][1]].sees_business} | {"finn"}
FILING = BUSINESS - {"deng", "ben"}  # who prints what was told; departments print their tasks
DISTRICT = SIGNED_IN - {"finn"}
DRAFTERS = {"hui", "wen"}
KEEPERS = {"zhao", "dev", "sun"}  # of the register of components
ADMINISTRATORS, SYSADMIN = {"sun", "nie"}, {"sun"}
BY_PLACE = BUSINESS - {"deng", "ben", "gao", "eva"}  # figures are of places; these see by body or by grid
PEOPLE = sorted(SIGNED_IN) if TIER == "full" else ["deng", "finn", "sun"]

# Who sees a case: of the place or the work; of another subdistrict; a complaint about the department that Deng and
# Ben serve; a case of the neighbour district.
SEES = {
    "here": CENTRE | {"hui", "lin", "shu", "eva", "deng", "ben"},
    "there": CENTRE,
    "complaint": CENTRE | {"hui", "lin", "shu", "eva"},
    "foreign": {"finn"},
}

# name: method, address, who gets in. OPEN: everybody, signed in or not. NOBODY_YET: there is no such thing yet.
# A page that refuses with its reasons (403, 422) is one that the person may see.
OPEN = None
NOBODY_YET: set[str] = set()
HERE = DISTRICT | {"ada"}
DOORS: dict[str, tuple[str, str, set[str] | None]] = {
    "account_login": ("get", "/accounts/login/", OPEN),
    "account_logout": ("get", "/accounts/logout/", OPEN),
    "account_inactive": ("get", "/accounts/inactive/", OPEN),
    "account_reauthenticate": ("get", "/accounts/reauthenticate/", SIGNED_IN),
    "account_change_password": ("get", "/accounts/password/", SIGNED_IN),
    "mfa_index": ("get", "/accounts/second-step/", SIGNED_IN),
    "mfa_authenticate": ("get", "/accounts/second-step/authenticate/", OPEN),
    "mfa_reauthenticate": ("get", "/accounts/second-step/reauthenticate/", SIGNED_IN),
    "mfa_activate_totp": ("get", "/accounts/second-step/totp/activate/", SIGNED_IN),
    "mfa_deactivate_totp": ("get", "/accounts/second-step/totp/deactivate/", NOBODY_YET),
    "mfa_view_recovery_codes": ("get", "/accounts/second-step/recovery-codes/", NOBODY_YET),
    "mfa_generate_recovery_codes": ("get", "/accounts/second-step/recovery-codes/generate/", SIGNED_IN),
    "mfa_download_recovery_codes": ("get", "/accounts/second-step/recovery-codes/download/", NOBODY_YET),
    "accounts:choose_role": ("post", "/accounts/role/", SIGNED_IN),
    "accounts:devices": ("get", "/accounts/devices/", SIGNED_IN),
    "accounts:sign_out_device": ("post", "/accounts/devices/1/sign-out/", NOBODY_YET),
    "accounts:people": ("get", "/accounts/people/", ADMINISTRATORS),
    "accounts:export_people": ("get", "/accounts/people.csv", ADMINISTRATORS),
    "accounts:new_person": ("get", "/accounts/people/new/", ADMINISTRATORS),
    "accounts:import_people": ("get", "/accounts/people/import/", ADMINISTRATORS),
    "accounts:apply_import": ("post", "/accounts/people/import/apply/", ADMINISTRATORS),
    "accounts:undo_import": ("post", "/accounts/people/import/1/undo/", NOBODY_YET),
    "accounts:person": ("get", "/accounts/people/{person}/", ADMINISTRATORS),
    "accounts:rename_person": ("post", "/accounts/people/{person}/rename/", ADMINISTRATORS),
    "accounts:grant_role": ("post", "/accounts/people/{person}/grant/", ADMINISTRATORS),
    "accounts:withdraw_grant": ("post", "/accounts/people/{person}/grants/{grant}/withdraw/", ADMINISTRATORS),
    "accounts:reset_password": ("post", "/accounts/people/{person}/reset/", ADMINISTRATORS),
    "accounts:sign_out_person": ("post", "/accounts/people/{person}/sign-out/", ADMINISTRATORS),
    "accounts:leave": ("get", "/accounts/people/{person}/leave/", ADMINISTRATORS),
    "accounts:delegated": ("get", "/accounts/delegated/", ADMINISTRATORS),
    "accounts:bodies": ("get", "/accounts/bodies/", ADMINISTRATORS),
    "accounts:new_body": ("get", "/accounts/bodies/new/", ADMINISTRATORS),
    "accounts:body": ("get", "/accounts/bodies/{body}/", ADMINISTRATORS),
    "accounts:end_body": ("post", "/accounts/bodies/{body}/end/", ADMINISTRATORS),
    "portal:home": ("get", "/", OPEN),
    "portal:report": ("get", "/report/problem/", OPEN),
    "portal:private": ("get", "/r/{token}/", HERE),
    "portal:confirm": ("get", "/r/confirm/{confirming}/", HERE),
    "portal:slip": ("get", "/r/{token}/slip/", HERE),
    "portal:act": ("post", "/r/{token}/do/remind/", HERE),
    "portal:photo": ("get", "/r/{token}/photos/{own_photo}/", HERE),
    "portal:helping": ("get", "/t/{work_token}/", HERE),
    "portal:helping_photo": ("get", "/t/{work_token}/photos/{own_photo}/", HERE),
    "portal:drop_photo": ("post", "/t/{work_token}/photos/{own_photo}/remove/", HERE),
    "portal:component": ("get", "/c/{square}/", HERE),
    "portal:spoken": ("get", "/progress/", OPEN),
    "portal:grid": ("get", "/my-grid/", OPEN),
    "portal:plans": ("get", "/my-grid/plans/", OPEN),
    "portal:plan": ("get", "/my-grid/plans/1/", HERE),
    "portal:guides": ("get", "/guides/", OPEN),
    "portal:guide": ("get", "/guides/dogs/", OPEN),
    "portal:about": ("get", "/about/", OPEN),
    "duties:my_work": ("get", "/work/", SIGNED_IN),
    "duties:phones": ("get", "/phones/", SIGNED_IN),
    "duties:calendar": ("get", "/calendar/", DISTRICT),
    "duties:change_day": ("post", "/calendar/day/", DISTRICT),
    "duties:import_days": ("post", "/calendar/days/", DISTRICT),
    "duties:change_week": ("post", "/calendar/week/", DISTRICT),
    "duties:shifts": ("get", "/shifts/{body}/", ADMINISTRATORS),
    "duties:close_shift": ("post", "/shifts/1/close/", NOBODY_YET),
    "notify:inbox": ("get", "/messages/", SIGNED_IN),
    "notify:read_all": ("post", "/messages/read/", SIGNED_IN),
    "notify:wishes": ("get", "/messages/wishes/", SIGNED_IN),
    "notify:save_address": ("post", "/messages/wishes/address/", SIGNED_IN),
    "notify:open": ("post", "/messages/{nothing}/", NOBODY_YET),
    "notify:channels": ("get", "/notify/", SYSADMIN),
    "notify:log": ("get", "/notify/log/", SYSADMIN),
    "notify:trial": ("post", "/notify/trial/", SYSADMIN),
    "notify:resend": ("post", "/notify/log/{nothing}/resend/", NOBODY_YET),
    "notify:receipts": ("post", "/notify/receipts/900107/", NOBODY_YET),
    "notify:webhooks": ("get", "/notify/webhooks/", SYSADMIN),
    "notify:webhook": ("get", "/notify/webhooks/{nothing}/", NOBODY_YET),
    "notify:switch_webhook": ("post", "/notify/webhooks/{nothing}/switch/", NOBODY_YET),
    "notify:end_webhook": ("post", "/notify/webhooks/{nothing}/end/", NOBODY_YET),
    "notify:tell_again": ("post", "/notify/webhooks/{nothing}/calls/1/", NOBODY_YET),
    "grids:list": ("get", "/grids/", SIGNED_IN),
    "grids:features": ("get", "/grids/features.json?box=113.9,28.1,114.1,28.3", SIGNED_IN),
    "grids:ground_picture": ("get", "/map/ground.svg?v=another", NOBODY_YET),
    "grids:ground_data": ("get", "/map/ground.json?v=another", NOBODY_YET),
    "grids:place": ("get", "/grids/place/", SIGNED_IN),
    "grids:plans": ("get", "/grids/plans/", SIGNED_IN),
    "grids:plan": ("get", "/grids/plans/1/", DISTRICT),
    "grids:adopt": ("post", "/grids/plans/1/adopt/", DISTRICT),
    "grids:withdraw": ("post", "/grids/plans/1/withdraw/", DISTRICT),
    "grids:fix": ("post", "/grids/plans/1/fix/", DISTRICT),
    "grids:upload": ("post", "/grids/plans/1/upload/", {"wen"}),
    "grids:open_review": ("post", "/grids/plans/1/review/", DISTRICT),
    "grids:comment": ("post", "/grids/plans/1/comments/", DISTRICT),
    "grids:answer": ("post", "/grids/plans/1/comments/1/", NOBODY_YET),
    "grids:roads": ("get", "/grids/plans/1/roads/", {"wen"}),
    "grids:premises": ("get", "/grids/plans/1/premises/", {"wen"}),
    "grids:leave_out": ("post", "/grids/plans/1/leave-out/", {"wen"}),
    "grids:book": ("get", "/grids/plans/1/book/", DISTRICT),
    "grids:notices": ("get", "/grids/public-items/{grid}/", DRAFTERS),
    "grids:designs": ("get", "/grids/designs/", DRAFTERS),
    "grids:design": ("get", "/grids/designs/1/", DRAFTERS),
    "grids:design_progress": ("get", "/grids/designs/1/progress/", DRAFTERS),
    "grids:stop_design": ("post", "/grids/designs/1/stop/", DRAFTERS),
    "grids:resume_design": ("post", "/grids/designs/1/resume/", DRAFTERS),
    "grids:ask_draft": ("post", "/grids/designs/1/ask/", DRAFTERS),
    "grids:compare_drafts": ("get", "/grids/designs/1/compare/", NOBODY_YET),
    "grids:draft": ("get", "/grids/designs/1/drafts/1/", NOBODY_YET),
    "grids:copy_draft": ("post", "/grids/designs/1/drafts/1/copy/", NOBODY_YET),
    "grids:put_draft_aside": ("post", "/grids/designs/1/drafts/1/aside/", DRAFTERS),
    "grids:name_draft": ("post", "/grids/designs/1/drafts/1/name/", NOBODY_YET),
    "grids:make_plan": ("post", "/grids/designs/1/drafts/1/plan/", NOBODY_YET),
    "grids:move_atoms": ("post", "/grids/designs/1/drafts/1/move/", NOBODY_YET),
    "grids:redraw_boundary": ("post", "/grids/designs/1/drafts/1/redraw/", NOBODY_YET),
    "grids:undo_change": ("post", "/grids/designs/1/drafts/1/undo/", NOBODY_YET),
    "grids:lock_in_draft": ("post", "/grids/designs/1/drafts/1/lock/", NOBODY_YET),
    "registers:components": ("get", "/components/", SIGNED_IN),
    "registers:features": ("get", "/components/features.json?box=113.9,28.1,114.1,28.3", SIGNED_IN),
    "registers:new_component": ("get", "/components/new/", KEEPERS),
    "registers:squares": ("get", "/components/squares/", SIGNED_IN),
    "registers:import_components": ("get", "/components/import/", KEEPERS),
    "registers:import": ("get", "/components/import/1/", NOBODY_YET),
    "registers:steer_import": ("post", "/components/import/1/steer/", NOBODY_YET),
    "registers:undo_import": ("post", "/components/import/batches/1/undo/", NOBODY_YET),
    "registers:component": ("get", "/components/{component}/", DISTRICT),
    "registers:change_component": ("get", "/components/{component}/change/", KEEPERS),
    "registers:component_state": ("post", "/components/{component}/state/", DISTRICT),
    "grids:grid": ("get", "/grids/{grid}/", DISTRICT),
    "grids:assign": ("post", "/grids/{grid}/posts/", DISTRICT),
    "grids:end_post": ("post", "/grids/{grid}/posts/end/", NOBODY_YET),
    "cases:list": ("get", "/cases/", BUSINESS),
    "cases:features": ("get", "/cases/features.json", BUSINESS),
    "cases:phoned": ("get", "/cases/{case}/phoned/", {"cleo", "cai", "dev", "zhao", "finn"}),
    "cases:handovers": ("get", "/handover/", {"dev", "zhao"}),
    "cases:handover": ("get", "/handover/{nothing}/", NOBODY_YET),
    "cases:handover_print": ("get", "/handover/{nothing}/print/", NOBODY_YET),
    "cases:withdraw_handover": ("post", "/handover/{nothing}/withdraw/", NOBODY_YET),
    "cases:triage": ("get", "/cases/triage/", {"cleo", "cai", "dev", "zhao", "finn"}),
    "cases:together": ("get", "/cases/together/", BUSINESS),
    "cases:moved_together": ("get", "/cases/together/1/", NOBODY_YET),
    "cases:steer_together": ("post", "/cases/together/1/steer/", NOBODY_YET),
    "cases:export": ("get", "/cases/export.csv", BUSINESS),
    "cases:unsolved": ("get", "/cases/unsolved/", BUSINESS),
    "cases:new": ("get", "/cases/new/", BUSINESS),
    "cases:photo": ("get", "/cases/photos/{photo}/", BUSINESS),
    "cases:workflow": ("get", "/cases/workflow/", SIGNED_IN),
    "cases:replies": ("get", "/cases/replies/", BUSINESS),
    "cases:reply": ("get", "/cases/replies/close/", {"zhao", "wen"}),
    "cases:take_back_reply": ("post", "/cases/replies/close/1/take-back/", NOBODY_YET),
    "cases:routing": ("get", "/cases/routing/", BUSINESS),
    "cases:begin_routing": ("post", "/cases/routing/begin/", {"dev", "zhao"}),
    "cases:try_routing": ("post", "/cases/routing/try/", NOBODY_YET),
    "cases:routing_live": ("post", "/cases/routing/live/", NOBODY_YET),
    "cases:give_up_routing": ("post", "/cases/routing/give-up/", NOBODY_YET),
    "cases:new_rule": ("get", "/cases/routing/rules/new/", NOBODY_YET),
    "cases:rule": ("get", "/cases/routing/rules/1/", NOBODY_YET),
    "cases:shift_rule": ("post", "/cases/routing/rules/1/shift/", NOBODY_YET),
    "cases:drop_rule": ("post", "/cases/routing/rules/1/drop/", NOBODY_YET),
    "cases:categories": ("get", "/cases/categories/", SYSADMIN),
    "cases:import_lists": ("get", "/cases/categories/import/", SYSADMIN),
    "cases:paper_templates": ("get", "/cases/papers/templates/", SYSADMIN),
    "cases:paper_template": ("get", "/cases/papers/templates/task/zh/", SYSADMIN),
    "cases:paper_template_current": ("get", "/cases/papers/templates/task/zh/current/", SYSADMIN),
    "cases:paper_template_version": ("get", "/cases/papers/templates/task/zh/1/", NOBODY_YET),
    "cases:adopt_paper_template": ("post", "/cases/papers/templates/task/zh/1/adopt/", NOBODY_YET),
    "cases:take_back_paper_template": ("post", "/cases/papers/templates/task/zh/1/take-back/", NOBODY_YET),
    "cases:apply_lists": ("post", "/cases/categories/import/apply/", SYSADMIN),
    "cases:undo_lists": ("post", "/cases/categories/import/1/undo/", NOBODY_YET),
    "cases:category": ("get", "/cases/categories/{category}/", SYSADMIN),
    "cases:put_standard": ("post", "/cases/categories/{category}/put/", SYSADMIN),
    "cases:close_standard": ("post", "/cases/categories/{category}/close/", NOBODY_YET),
    "cases:case": ("get", "/cases/{case}/", BUSINESS),
    "cases:release": ("post", "/cases/{case}/release/", BUSINESS),
    "cases:admit": ("post", "/cases/{case}/admit/", BUSINESS),
    "cases:papers": ("get", "/cases/papers/", BUSINESS),
    "cases:paper_sheets": ("get", "/cases/papers/sheets/?form=report&number={case}", FILING),
    "cases:case_papers": ("get", "/cases/{case}/papers/", BUSINESS),
    "cases:paper": ("get", "/cases/{case}/papers/report/", FILING),
    "cases:print": ("get", "/cases/{case}/print/", BUSINESS),
    "cases:slip": ("get", "/cases/{case}/slip/", BUSINESS),
    "cases:contact": ("post", "/cases/{case}/contact/", BUSINESS),
    "cases:tell": ("post", "/cases/{case}/told/", BUSINESS),
    "cases:name_subject": ("post", "/cases/{case}/subject/", BUSINESS),
    "cases:confirm_times": ("post", "/cases/{case}/times/", BUSINESS),
    "cases:watch": ("post", "/cases/{case}/watch/", BUSINESS),
    "cases:call_joint": ("get", "/cases/{case}/joint/", {"hui", "zhao"}),
    "cases:act_joint": ("get", "/cases/{case}/joint/{uuid}/take/", NOBODY_YET),
    "cases:links": ("get", "/cases/{case}/links/", {"deng", "ben"}),
    "cases:revoke_link": ("post", f"/cases/{{case}}/links/{uuid.uuid4()}/revoke/", NOBODY_YET),
    "cases:waiting_photo": ("get", f"/cases/{{case}}/waiting/{uuid.uuid4()}/", NOBODY_YET),
    "cases:waiting": ("get", "/cases/{case}/moves/supplement/waiting/", BUSINESS),
    "cases:phone": ("post", "/cases/{case}/moves/supplement/phone/", BUSINESS),
    "cases:move": ("get", "/cases/{case}/moves/supplement/", BUSINESS),
    "cases:overview": ("get", "/overview/", BUSINESS),
    "cases:figures": ("get", "/figures/", BY_PLACE),
    "cases:figures_table": ("get", "/figures/months.csv", BY_PLACE),
    "work:background": ("get", "/background/", SYSADMIN),
    "work:retry": ("post", "/background/deliveries/1/retry/", NOBODY_YET),
    "work:stop": ("post", "/background/runs/1/stop/", NOBODY_YET),
    "work:resume": ("post", "/background/runs/1/resume/", NOBODY_YET),
    "search": ("get", "/cases/?q=lamp", BUSINESS),
    "demo:cast": ("get", "/demo/cast.json", NOBODY_YET),
    "demo:tour": ("post", "/demo/tour/", NOBODY_YET),
    "demo:turn_clock": ("post", "/demo/clock/", NOBODY_YET),
    "demo:database_file": ("get", "/demo/file/", NOBODY_YET),
    "web:choose": ("post", "/choose/", OPEN),
    "web:kept": ("post", "/kept/", OPEN),
    "web:style": ("get", "/style/", NOBODY_YET),
    "web:style/ground.svg": ("get", "/style/ground.svg", NOBODY_YET),
    "web:style/ground.json": ("get", "/style/ground.json", NOBODY_YET),
    "web:tile": ("get", "/tiles/1/1/1", NOBODY_YET),
}


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

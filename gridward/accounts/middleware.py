"""Who acts in this request: the chosen role, its district, what it reaches; and how long a sign-in lasts."""

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from gridward.accounts import actions, queries
from gridward.core.scopes import Territory, rule_of
from gridward.districts.queries import default_district, local_day
from gridward.work import clock

CHOSEN = "acting_role"
SEEN, SECOND_FACTOR = "seen_at", "second_factor"
MINUTE_S = 60
Answer = Callable[[HttpRequest], HttpResponse]


def is_signed_in(request: HttpRequest) -> bool:
    """Without touching the database for those who are not."""
    return "_auth_user_id" in request.session and request.user.is_authenticated


def acting_role(get_response: Answer) -> Answer:
    """Set ``request.actor``, ``grant``, ``grants``, ``district`` and ``territory``.

    Without sign-in ``actor``, ``grant`` and ``territory`` are ``None``, ``grants`` is empty and the district
    is the database's first. A signed-in person costs two statements (person with district, grants with
    bodies), and one more when ``territory`` is first asked for.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if is_signed_in(request):
            _take_up(request)
        else:
            request.actor = request.grant = request.territory = None
            request.grants, request.role_choices = (), ()
            request.district = default_district()
        return get_response(request)

    return answer


def _take_up(request: HttpRequest) -> None:
    """The role chosen in the session, else the first that is held today."""
    user = request.user
    request.district = user.district
    today = local_day(user.district, clock.now()) if user.district else None
    request.grants = queries.held_roles(user, today) if today else ()
    request.grant = queries.chosen(request.grants, request.session.get(CHOSEN))
    request.actor = request.grant.actor if request.grant else None
    request.territory = SimpleLazyObject(lambda: _territory(request))
    request.role_choices = [(held.key, held.label) for held in request.grants]
    request.role_choice = request.grant.key if request.grant else ""


def _territory(request: HttpRequest) -> Territory:
    return queries.territory(request.grant) if request.grant else Territory(request.user.district_id or 0)


def sign_in_lasts(get_response: Answer) -> Answer:
    """End idle sessions; note presence at most once a minute (one session row, one device row).

    Idle time is measured on the wall: a demo's own clock may run sixty times as fast.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if is_signed_in(request):
            now, seen = int(time.time()), request.session.get(SEEN)
            if seen is not None and now - seen > settings.GRIDWARD_IDLE_MINUTES * MINUTE_S:
                logout(request)
            elif seen is None or now - seen >= MINUTE_S:
                request.session[SEEN] = now
                _note_presence(request)
        return get_response(request)

    return answer


def _note_presence(request: HttpRequest) -> None:
    if request.session.session_key:
        label = request.headers.get("User-Agent", "")
        key = request.session.session_key
        actions.note_presence(user=request.user, session_key=key, label=label, at=clock.now())


def sign_in_complete(get_response: Answer) -> Answer:
    """After a slip, a password of one's own comes first; then, where it is required, the second step."""

    def answer(request: HttpRequest) -> HttpResponse:
        target = _still_missing(request) if request.actor is not None else ""
        return HttpResponseRedirect(target) if target else get_response(request)

    return answer


def _still_missing(request: HttpRequest) -> str:
    """The page where a sign-in is completed; empty when it is complete or this is such a page."""
    if request.user.must_change_password:
        target = reverse("account_change_password")
    elif needs_second_factor(request) and not _has_second_factor(request):
        target = reverse("mfa_activate_totp")
    else:
        return ""
    return "" if request.path.startswith(_allowed()) or request.path.startswith(target) else target


def _allowed() -> tuple[str, ...]:
    names = ("account_logout", "account_reauthenticate", "web:choose", "accounts:choose_role")
    return tuple(reverse(name) for name in names) + (settings.STATIC_URL,)


def needs_second_factor(request: HttpRequest) -> bool:
    """By GRIDWARD_REQUIRE_TOTP: nobody, administrators (roles without business), all. Never in an example."""
    required = settings.GRIDWARD_REQUIRE_TOTP
    if required == "none" or request.district is None or request.district.is_demo:
        return False
    return required == "all" or any(not rule_of(held.role).sees_business for held in request.grants)


def _has_second_factor(request: HttpRequest) -> bool:
    """Asked once a session where there is one."""
    if not request.session.get(SECOND_FACTOR) and is_mfa_enabled(request.user):
        request.session[SECOND_FACTOR] = True
    return bool(request.session.get(SECOND_FACTOR))

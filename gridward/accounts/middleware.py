"""Who acts in this request: the chosen role, its district, what it reaches."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from gridward.accounts import queries
from gridward.core.scopes import Territory
from gridward.districts.queries import default_district, local_day
from gridward.work import clock

CHOSEN = "acting_role"
Answer = Callable[[HttpRequest], HttpResponse]


def acting_role(get_response: Answer) -> Answer:
    """Set ``request.actor``, ``grant``, ``grants``, ``district`` and ``territory``.

    Without sign-in ``actor`` and ``grant`` are ``None``, ``grants`` is empty, and the district is the
    database's first. A signed-in person costs two statements (person with
    district, grants with bodies), and one more when ``territory`` is first asked for.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if "_auth_user_id" in request.session and request.user.is_authenticated:
            _take_up(request)
            return get_response(request)
        request.actor, request.grant, request.grants = None, None, ()
        request.district = default_district()
        request.territory = None
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


def _territory(request: HttpRequest) -> Territory:
    return queries.territory(request.grant) if request.grant else Territory(request.user.district_id or 0)

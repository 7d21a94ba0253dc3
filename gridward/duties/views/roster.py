"""值班表: a week of a body."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import signed_in_view
from gridward.accounts.models import Body
from gridward.accounts.queries import HeldRole
from gridward.districts.queries import local_day
from gridward.duties.actions.roster import put_turn, repeat_week, take_off_turn
from gridward.duties.forms import in_the_calendar
from gridward.duties.models import Turn
from gridward.duties.queries import get_shift
from gridward.duties.queries.roster import WEEK, keeps_roster, monday_of, people_of_roster, rostered_bodies, week_of
from gridward.work import clock

MOST_DIGITS = 18


def _held(request: HttpRequest) -> HeldRole:
    if request.grant is None:
        raise Http404
    return request.grant


def _monday(request: HttpRequest) -> date:
    """The Monday of the asked week, within ten years; else of this one."""
    today = local_day(request.district, clock.now())
    try:
        asked = date.fromisoformat((request.POST or request.GET).get("week", ""))
    except ValueError:
        return monday_of(today)
    return monday_of(asked if abs((asked - today).days) < 3650 else today)


def _body(request: HttpRequest) -> Body | None:
    """The asked body, one's own, or the first that has shifts."""
    bodies = rostered_bodies(_held(request).district_id, local_day(request.district, clock.now()))
    wanted = (request.POST or request.GET).get("body", "").replace("\0", "")
    if wanted:
        return bodies.filter(code=wanted).first()
    return bodies.filter(pk=_held(request).body.pk).first() or bodies.first()


def _address(body: Body, week: date) -> str:
    return f"{reverse('duties:roster')}?body={body.code}&week={week.isoformat()}"


@require_GET
@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """Who has which shift; who keeps the roster may change it."""
    held, first, today = _held(request), _monday(request), local_day(request.district, clock.now())
    body = _body(request)
    words: dict[str, Any] = {
        "body": body, "first": first, "today": today, "before": first - timedelta(days=WEEK),
        "after": first + timedelta(days=WEEK), "bodies": rostered_bodies(held.district_id, today),
        "week": week_of(body, first) if body else [], "keeps": body is not None and keeps_roster(held, body),
        "people": people_of_roster(body, max(first, today)) if body else [],
        "days": [first + timedelta(days=n) for n in range(WEEK)],
    }  # fmt: skip
    return render(request, "duties/roster.html", words)


@require_POST
@signed_in_view
def put(request: HttpRequest) -> HttpResponse:
    """One turn more; the cell comes as ``shift:day``."""
    held, body = _held(request), _body(request)
    try:
        pk, _colon, text = request.POST.get("cell", "").partition(":")
        shift, day = get_shift(held.district_id, int(pk[:MOST_DIGITS])), date.fromisoformat(text)
        person = uuid.UUID(request.POST.get("person", ""))
        in_the_calendar(day)
    except (ValueError, ValidationError):
        raise Http404 from None
    if body is None or shift is None or shift.body_id != body.pk:
        raise Http404
    user = get_object_or_404(people_of_roster(body, day), public_id=person)
    put_turn(shift=shift, day=day, user=user, held=held, at=clock.now())
    return redirect(_address(body, monday_of(day)))


@require_POST
@signed_in_view
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """One turn less."""
    row = Turn.objects.select_related("shift__body").filter(pk=pk, district_id=_held(request).district_id).first()
    if row is None:
        raise Http404
    take_off_turn(turn=row, held=_held(request), at=clock.now())
    return redirect(_address(row.shift.body, monday_of(row.day)))


@require_POST
@signed_in_view
def repeat(request: HttpRequest) -> HttpResponse:
    """As the week before."""
    body = _body(request)
    if body is None:
        raise Http404
    made = repeat_week(body=body, first=_monday(request), held=_held(request), at=clock.now())
    messages.success(request, _("%(n)s turns added; who is away was left out.") % {"n": made})
    return redirect(_address(body, _monday(request)))

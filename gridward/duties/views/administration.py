"""Shifts of a body and the district's working calendar, for those who administer them."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts import queries as people
from gridward.accounts.access import administrator_view, signed_in_view
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.districts.models import WorkingCalendar
from gridward.districts.queries import get_calendar, local_day
from gridward.duties import actions, queries
from gridward.duties.forms import FIRST_YEAR, LAST_YEAR, DayForm, DaysFileForm, ShiftForm, WeekForm
from gridward.web.moments import is_chinese
from gridward.work import clock

USUAL = "office"
SHOWN_YEARS = {str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)}


def _tried(form: Form, action: Any) -> Any:
    try:
        return action()
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return None


@administrator_view
def shifts(request: HttpRequest, code: str) -> HttpResponse:
    """A body's shifts, and a new one."""
    body = people.get_body(request.administered, code)
    form = ShiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _tried(form, lambda: actions.create_shift(body=body, **form.cleaned_data, **_by(request)))
        if made is not None:
            return redirect("duties:shifts", code=code)
    rows = queries.shifts_of(body, local_day(request.district, clock.now()))
    told = {"body": body, "form": form, "shifts": [(row, queries.weekdays_of(row)) for row in rows]}
    return render(request, "duties/shifts.html", told, status=422 if form.is_bound and form.errors else 200)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": clock.now()}


@require_POST
@administrator_view
def close_shift(request: HttpRequest, pk: int) -> HttpResponse:
    shift = queries.get_shift(request.administered.district_id, pk)
    if shift is None:
        raise Http404
    people.get_body(request.administered, shift.body.code)
    actions.close_shift(shift=shift, **_by(request))
    messages.success(request, _("The shift ends today."))
    return redirect("duties:shifts", code=shift.body.code)


def _calendar(request: HttpRequest) -> WorkingCalendar:
    calendar = get_calendar(request.district.pk, USUAL) if request.district else None
    if calendar is None:
        raise Http404
    return calendar


def _may_change(request: HttpRequest) -> bool:
    held = request.grant
    return held is not None and held.role == Role.SYSADMIN and people.reach(held).whole_district


@require_GET
@signed_in_view
def calendar(request: HttpRequest) -> HttpResponse:
    """A year with its holidays and make-up days; everybody who works here may read it."""
    return _calendar_page(request, _calendar(request))


def _calendar_page(request: HttpRequest, calendar: WorkingCalendar, **forms: Form) -> HttpResponse:
    today = local_day(request.district, clock.now())
    asked = request.GET.get("year", "")
    year = int(asked) if asked in SHOWN_YEARS else today.year
    told: dict[str, Any] = {
        "calendar": calendar, "year": year, "months": queries.year_of(calendar, year), "today": today,
        "signs": queries.weekday_signs(), "gaps": queries.roster_gaps(request.district, today),
        "may_change": _may_change(request),
    }  # fmt: skip
    if told["may_change"]:
        told |= {"day_form": DayForm(), "file_form": DaysFileForm(), "week_form": WeekForm(week=calendar.week), **forms}
    return render(request, "duties/calendar.html", told, status=422 if forms else 200)


@require_POST
@signed_in_view
def change_day(request: HttpRequest) -> HttpResponse:
    """One day."""
    calendar, form = _calendar(request), DayForm(request.POST)
    if form.is_valid():
        day, exception = form.cleaned_data["day"], form.exception()
        actions.change_calendar_day(calendar=calendar, day=day, exception=exception, **_by(request))
        messages.success(request, _("The calendar is changed; open clocks follow it."))
        return redirect("duties:calendar")
    return _calendar_page(request, calendar, day_form=form)


@require_POST
@signed_in_view
def import_days(request: HttpRequest) -> HttpResponse:
    """A year at once."""
    calendar, form = _calendar(request), DaysFileForm(request.POST, request.FILES)
    if form.is_valid():
        _same, changed = actions.import_calendar(calendar=calendar, days=form.cleaned_data["file"], **_by(request))
        messages.success(request, _("%(days)s days changed; open clocks follow.") % {"days": len(changed)})
        return redirect("duties:calendar")
    return _calendar_page(request, calendar, file_form=form)


@require_POST
@signed_in_view
def change_week(request: HttpRequest) -> HttpResponse:
    """The opening periods of the week."""
    calendar = _calendar(request)
    form = WeekForm(request.POST, week=calendar.week)
    if form.is_valid() and _tried(form, lambda: _saved(request, calendar, form)):
        messages.success(request, _("The calendar is changed; open clocks follow it."))
        return redirect("duties:calendar")
    return _calendar_page(request, calendar, week_form=form)


def _saved(request: HttpRequest, calendar: WorkingCalendar, form: WeekForm) -> WorkingCalendar:
    names = {"code": calendar.code, "name_zh": calendar.name_zh, "name_en": calendar.name_en}
    return actions.save_calendar(district=request.district, **names, week=form.week(), **_by(request))

"""不在与替班: who is away, who stands in, and entering it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.accounts.access import signed_in_view
from gridward.accounts.models import User
from gridward.accounts.queries import HeldRole
from gridward.accounts.queries.people import left_behind
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.duties.actions.absences import end_absence, enter_absence
from gridward.duties.forms import AbsenceForm
from gridward.duties.queries.absences import absences_of, covers_for, people_kept
from gridward.web.moments import is_chinese
from gridward.work import clock


def _held(request: HttpRequest) -> HeldRole:
    if request.grant is None:
        raise Http404
    return request.grant


@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """The list; one person is chosen first, then the days and who stands in."""
    held, at = _held(request), clock.now()
    people = list(people_kept(held, at))
    person = _chosen(request, people)
    form = _form(request, person) if person else None
    if request.method == "POST" and form is not None and form.is_valid() and _entered(request, person, form):
        messages.success(request, _("Entered. Until then nothing changes; from the first day on new work goes over."))
        return redirect("duties:absences")
    words = {
        "people": people, "person": person, "form": form, "rows": absences_of(held, at),
        "today": local_day(held.body.district, at), "kept": {one.pk for one in people},
        "counts": left_behind(person) if person else {},
    }  # fmt: skip
    return render(request, "duties/absences.html", words, status=422 if form is not None and form.errors else 200)


def _chosen(request: HttpRequest, people: list[User]) -> User | None:
    """The person of the address; oneself where there is nobody else to choose."""
    wanted = (request.POST or request.GET).get("person", "")
    if not wanted and len(people) == 1:
        return people[0]
    return next((one for one in people if str(one.public_id) == wanted), None)


def _form(request: HttpRequest, person: User | None) -> AbsenceForm:
    return AbsenceForm(request.POST or None, person=person, covers=covers_for(person, clock.now()))


def _entered(request: HttpRequest, person: User | None, form: AbsenceForm) -> Any:
    try:
        return enter_absence(user=person, held=_held(request), at=clock.now(), **form.given())
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return None


@require_POST
@signed_in_view
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Back earlier."""
    held = _held(request)
    row = absences_of(held, clock.now()).filter(pk=pk).first()
    if row is None:
        raise Http404
    end_absence(absence=row, held=held, at=clock.now())
    messages.success(request, _("Ended. New work comes to the person again."))
    return redirect("duties:absences")

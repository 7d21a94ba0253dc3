"""People: list, export, page, new account, roles, slips, leaving."""

import csv
import io
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts import actions, queries
from gridward.accounts.access import administrator_view
from gridward.accounts.forms import FindPeopleForm, GrantForm, LeaveForm, NewPersonForm, RenameForm
from gridward.accounts.models import Grant, User
from gridward.core.errors import RuleBroken
from gridward.web.moments import is_chinese
from gridward.web.paging import page_after
from gridward.work import clock
from gridward.work.actions import leave_entry

MOST_EXPORTED = 5_000


def tried(form: Form, action: Callable[[], Any]) -> Any:
    """The action's answer; a refusal becomes the form's error and the answer is ``None``."""
    try:
        return action()
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return None


def answered(request: HttpRequest, template: str, form: Form, **more: Any) -> HttpResponse:
    """The page of a form: 422 when it has errors."""
    return render(request, template, {"form": form, **more}, status=422 if form.is_bound and form.errors else 200)


def _found(request: HttpRequest, form: FindPeopleForm) -> Any:
    asked = form.cleaned_data if form.is_valid() else {}
    return queries.find_people(
        request.administered, words=asked.get("q", ""), role=asked.get("role", ""), body=asked.get("body", ""),
        left=bool(asked.get("left")),
    )  # fmt: skip


@require_GET
@administrator_view
def index(request: HttpRequest) -> HttpResponse:
    """Everybody who is administered, by filters."""
    form = FindPeopleForm(request.GET, seen=request.administered)
    people = _found(request, form)

    def rows(after: Any, limit: int) -> list[User]:
        return list((people.filter(username__gt=after) if after else people)[:limit])

    page = page_after(rows, lambda user: user.username, request.GET.get("after", ""), counted=people)
    roles = queries.roles_of(page.rows, request.district, clock.now())
    shown = [(user, roles.get(user.pk, ())) for user in page.rows]
    return render(request, "accounts/people.html", {"form": form, "page": page, "shown": shown})


@require_GET
@administrator_view
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV; the export itself is an entry."""
    people = list(_found(request, FindPeopleForm(request.GET, seen=request.administered))[:MOST_EXPORTED])
    roles = queries.roles_of(people, request.district, clock.now())
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([_("Username"), _("Name"), _("Roles")])
    for user in people:
        writer.writerow(map(_quoted, (user.username, user.name, "; ".join(roles.get(user.pk, ())))))
    _leave_export(request, len(people))
    answer = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="people.csv"'
    return answer


def _quoted(text: str) -> str:
    """A cell that a spreadsheet must not take for a formula."""
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text


def _leave_export(request: HttpRequest, people: int) -> None:
    leave_entry(
        district_id=request.actor.district_id, subject=f"accounts.Body:{request.actor.body_id}",
        verb="accounts.export_people", by=request.actor, at=clock.now(), body={"people": people},
    )  # fmt: skip


@require_GET
@administrator_view
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """One person."""
    return _page(request, queries.get_person(request.administered, public_id))


def _page(request: HttpRequest, person: User, form: Form | None = None, rename: Form | None = None) -> HttpResponse:
    told = {
        "person": person, "grants": queries.shown_grants(person, clock.now()),
        "devices": queries.devices_of(person), "entries": queries.entries_of(person),
        "form": form or GrantForm(seen=request.administered), "rename": rename or RenameForm({"name": person.name}),
        "is_self": person.pk == request.user.pk,
    }  # fmt: skip
    wrong = any(one is not None and one.errors for one in (form, rename))
    return render(request, "accounts/person.html", told, status=422 if wrong else 200)


@never_cache
@administrator_view
def new(request: HttpRequest) -> HttpResponse:
    """A new account, and its slip: shown once, in the answer, and nowhere else."""
    form = NewPersonForm(request.POST or None, seen=request.administered)
    if request.method == "POST" and form.is_valid():
        account = tried(form, lambda: _made(request, form.cleaned_data))
        if account is not None:
            return render(request, "accounts/slip.html", {"account": account})
    return answered(request, "accounts/new_person.html", form)


def _made(request: HttpRequest, given: dict[str, Any]) -> actions.NewAccount:
    first, *others = given["scopes"]
    common = {"body": given["body_row"], "role": given["role"], "by": request.actor, "at": clock.now()}
    account = actions.create_user(username=given["username"], name=given["name"], scope=first, **common)
    for scope in others:
        actions.grant_role(user=account.user, scope=scope, **common)
    return account


@require_POST
@administrator_view
def rename(request: HttpRequest, public_id: str) -> HttpResponse:
    person = queries.get_person(request.administered, public_id)
    form = RenameForm(request.POST)
    make = partial(actions.rename_user, user=person, by=request.actor, at=clock.now())
    if form.is_valid() and tried(form, lambda: make(name=form.cleaned_data["name"])):
        return redirect("accounts:person", public_id=public_id)
    return _page(request, person, rename=form)


@require_POST
@administrator_view
def grant(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a role, in all the scopes that were named."""
    person = queries.get_person(request.administered, public_id)
    form = GrantForm(request.POST, seen=request.administered)
    if form.is_valid() and tried(form, lambda: _granted(request, person, form.cleaned_data)):
        messages.success(request, _("The role is given."))
        return redirect("accounts:person", public_id=public_id)
    return _page(request, person, form=form)


def _granted(request: HttpRequest, person: User, given: dict[str, Any]) -> list[Grant]:
    give = partial(actions.grant_role, user=person, role=given["role"], body=given["body_row"], by=request.actor)
    return [give(scope=scope, at=clock.now()) for scope in given["scopes"]]


@require_POST
@administrator_view
def withdraw(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    person = queries.get_person(request.administered, public_id)
    held = person.grants.filter(pk=pk).first()
    if held is None:
        raise Http404
    for_cause = bool(request.POST.get("for_cause"))
    actions.withdraw_grant(grant=held, for_cause=for_cause, by=request.actor, at=clock.now())
    messages.success(request, _("The role is withdrawn."))
    return redirect("accounts:person", public_id=public_id)


@never_cache
@require_POST
@administrator_view
def reset(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new slip."""
    person = queries.get_person(request.administered, public_id)
    slip = actions.reset_password(user=person, by=request.actor, at=clock.now())
    return render(request, "accounts/slip.html", {"account": actions.NewAccount(person, slip)})


@require_POST
@administrator_view
def sign_out(request: HttpRequest, public_id: str) -> HttpResponse:
    """End all sessions of a person."""
    person = queries.get_person(request.administered, public_id)
    actions.sign_out_devices(user=person, by=request.actor, at=clock.now())
    messages.success(request, _("All devices are signed out."))
    return redirect("accounts:person", public_id=public_id)


@administrator_view
def leave(request: HttpRequest, public_id: str) -> HttpResponse:
    """What leaving would end and move, then leaving."""
    person = queries.get_person(request.administered, public_id)
    colleagues = queries.successors(person, clock.now())
    form = LeaveForm(request.POST if request.method == "POST" else None, colleagues=colleagues)
    if request.method == "POST" and form.is_valid() and tried(form, lambda: _left(request, person, form)):
        messages.success(request, _("The account is closed."))
        return redirect("accounts:person", public_id=public_id)
    counts = queries.left_behind(person)
    grants = [one for one in queries.shown_grants(person, clock.now()) if one.is_open]
    return answered(request, "accounts/leave.html", form, person=person, counts=counts, grants=grants)


def _left(request: HttpRequest, person: User, form: LeaveForm) -> User:
    wanted = form.cleaned_data["successor"]
    successor = User.objects.get(public_id=wanted, district_id=person.district_id) if wanted else None
    for_cause = form.cleaned_data["for_cause"]
    return actions.leave_organisation(
        user=person, successor=successor, for_cause=for_cause, by=request.actor, at=clock.now()
    )


@require_GET
@administrator_view
def delegated(request: HttpRequest) -> HttpResponse:
    """What subdistricts did with their own accounts, posts and shifts: for the whole district's administrators."""
    if not request.administered.whole_district:
        raise Http404
    entries = queries.delegated_entries(request.administered.district_id, clock.now())
    return render(request, "accounts/delegated.html", {"entries": entries})

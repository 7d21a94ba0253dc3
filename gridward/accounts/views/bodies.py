"""Bodies: the tree, one body, a new one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts import actions, queries
from gridward.accounts.access import administrator_view
from gridward.accounts.forms import BODY_KINDS, BodyForm, NewBodyForm
from gridward.accounts.models import Body
from gridward.accounts.views.people import answered, tried
from gridward.work import clock


@require_GET
@administrator_view
def index(request: HttpRequest) -> HttpResponse:
    """The tree of administered bodies."""
    tree = [(depth, body, BODY_KINDS[body.kind]) for depth, body in queries.body_tree(request.administered)]
    return render(request, "accounts/bodies.html", {"tree": tree})


@administrator_view
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One body: who serves it, what it guides, and its details to change."""
    body = queries.get_body(request.administered, code)
    form = BodyForm(request.POST or _said(body), seen=request.administered)
    if request.method == "POST" and form.is_valid() and tried(form, lambda: _changed(request, body, form)):
        messages.success(request, _("The body is changed."))
        return redirect("accounts:body", code=code)
    people = queries.people_of(body, clock.now())
    told = {"body": body, "people": people, "kind": BODY_KINDS[body.kind], "guides": list(body.guides.all())}
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "accounts/body.html", {"form": form, **told}, status=status)


def _said(body: Body) -> dict[str, Any]:
    return {
        "name_zh": body.name_zh, "name_en": body.name_en, "parent": body.parent.code if body.parent else "",
        "area": body.division.code if body.division else "", "duty_phone": body.duty_phone,
        "speciality": body.speciality,
    }  # fmt: skip


def _given(request: HttpRequest, form: BodyForm) -> dict[str, Any]:
    given = dict(form.cleaned_data)
    parent = given.pop("parent")
    return {
        **given, "division": given.pop("area"),
        "parent": queries.get_body(request.administered, parent) if parent else None,
    }  # fmt: skip


def _changed(request: HttpRequest, body: Body, form: BodyForm) -> Body:
    """Only what differs is changed; the top of a delegated subtree keeps the parent it has."""
    given = {key: value for key, value in _given(request, form).items() if key != "area"}
    changes = {key: value for key, value in given.items() if getattr(body, key) != value}
    if body.parent_id and given["parent"] is None and not request.administered.whole_district:
        changes.pop("parent", None)
    return actions.change_body(body=body, by=request.actor, at=clock.now(), **changes) if changes else body


@administrator_view
def new(request: HttpRequest) -> HttpResponse:
    form = NewBodyForm(request.POST or None, seen=request.administered)
    if request.method == "POST" and form.is_valid():
        body = tried(form, lambda: _made(request, form))
        if body is not None:
            return redirect("accounts:body", code=body.code)
    return answered(request, "accounts/new_body.html", form)


def _made(request: HttpRequest, form: NewBodyForm) -> Body:
    given = {key: value for key, value in _given(request, form).items() if key != "area"}
    return actions.create_body(district_id=request.administered.district_id, by=request.actor, at=clock.now(), **given)


@require_POST
@administrator_view
def end(request: HttpRequest, code: str) -> HttpResponse:
    body = queries.get_body(request.administered, code)
    actions.end_body(body=body, by=request.actor, at=clock.now())
    messages.success(request, _("The body is ended."))
    return redirect("accounts:bodies")

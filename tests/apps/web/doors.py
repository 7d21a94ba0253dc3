"""Pages of the tests: the shell's own, and a few that do what pages of apps do."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_POST

from gridward.core.errors import RuleBroken
from gridward.web import specimens
from gridward.web.forms import PlainForm
from gridward.web.headers import private_link


class NoteForm(PlainForm):
    words = forms.CharField(max_length=20)


def specimen(request: HttpRequest) -> HttpResponse:
    return render(request, "web/style.html", specimens.everything(request))


def refuse(request: HttpRequest) -> HttpResponse:
    raise RuleBroken("workflow.unknown_state", table="t", state="s")


def fail(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@login_required
def note(request: HttpRequest) -> HttpResponse:
    form = NoteForm(request.POST or None)
    done = request.method == "POST" and form.is_valid()
    return HttpResponse("written" if done else str(form))


@require_POST
def open_note(request: HttpRequest) -> HttpResponse:
    return HttpResponse("written")


@private_link
def secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse("private")


urlpatterns = [
    path("specimen/", specimen),
    path("refuse/", refuse),
    path("fail/", fail),
    path("note/", note),
    path("open-note/", open_note),
    path("secret/", secret),
    path("accounts/", include("gridward.accounts.urls")),
    path("", include("gridward.web.urls")),
]

"""Words of replies: what is offered, for everybody who works with cases; written by who leads the centre."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.replies import EDITORS, take_back_reply, write_reply
from gridward.cases.forms.replies import ReplyForm, scope_choices, scope_words
from gridward.cases.models import Category, ReplyTemplate
from gridward.cases.models.category import Family
from gridward.cases.queries.figures import TABLE
from gridward.cases.queries.replies import (
    FIELD_OF,
    Words,
    all_words,
    example_of,
    is_scope,
    own_words,
    shipped,
    versions,
)
from gridward.cases.templatetags.cases import named
from gridward.core.feedback.replies import VARIABLES, filled
from gridward.core.workflow.parse import load
from gridward.work import clock


def may_write(request: HttpRequest) -> bool:
    """The duty chief and the director of the whole district; others read."""
    return request.grant.role in EDITORS and request.territory.whole_district


def _names(scopes: list[str]) -> dict[int, str]:
    pks = [int(scope.partition(":")[2]) for scope in scopes if scope.startswith("category:")]
    return {row.pk: named(row) for row in Category.objects.filter(pk__in=pks)}


def _line(words: Words, names: dict[int, str]) -> dict[str, Any]:
    return {"words": words, "whose": scope_words(words.scope, names)}


@require_GET
@business_view
def index(request: HttpRequest) -> HttpResponse:
    """Move by move; where a move and whose words were chosen, on to them."""
    if {"move", "scope"} <= set(request.GET):
        return redirect(_address(slugify(request.GET["move"]) or "close", request.GET["scope"]))
    found, table = all_words(request.district.pk), load(TABLE)
    names = _names([words.scope for one in found for words in one.words])
    groups = [{"move": table.move(one.move), "lines": [_line(w, names) for w in one.words]} for one in found]
    choices = scope_choices(request.district.pk) if may_write(request) else []
    page = {"groups": groups, "may_write": may_write(request), "scopes": choices, "variables": VARIABLES}
    return render(request, "cases/replies.html", page)


@business_view
def reply(request: HttpRequest, move: str) -> HttpResponse:
    """The words of one move for all, a family or a category: preview, save, versions."""
    scope = _scope(request, move)
    used = own_words(request.district.pk, [scope]).get((move, scope)) or shipped().get((move, scope))
    form = ReplyForm(request.POST or None, initial={"zh": used.zh, "en": used.en} if used else None)
    if request.method == "POST" and form.is_valid():
        row = write_reply(
            district=request.district, move=move, scope=scope, zh=form.cleaned_data["zh"], en=form.cleaned_data["en"],
            by=request.actor, at=clock.now(),
        )  # fmt: skip
        messages.success(request, _("Version %(n)s is offered from now on.") % {"n": row.n})
        return redirect(_address(move, scope))
    page = {
        "move": load(TABLE).move(move), "scope": scope, "whose": scope_words(scope, _names([scope])), "form": form,
        "used": used, "versions": versions(request.district.pk, move, scope), "variables": VARIABLES,
        "preview": _preview(request, scope, form), "address": _address(move, scope),
    }  # fmt: skip
    return render(request, "cases/reply.html", page, status=422 if form.errors else 200)


def _scope(request: HttpRequest, move: str) -> str:
    """Whose words are asked for; no such page for who may not write them."""
    scope = request.GET.get("scope", "all")
    known = move in FIELD_OF and is_scope(request.district.pk, scope, Family.values)
    if not may_write(request) or not known:
        raise Http404
    return scope


def _address(move: str, scope: str) -> str:
    return f"{reverse('cases:reply', args=[move])}?{urlencode({'scope': scope})}"


def _preview(request: HttpRequest, scope: str, form: ReplyForm) -> dict[str, str]:
    """How the words that stand in the form read for an invented case."""
    examples = example_of(request.district, scope, clock.now())
    return {language: filled(str(form[language].value() or ""), values) for language, values in examples.items()}


@require_POST
@business_view
def take_back(request: HttpRequest, move: str, n: int) -> HttpResponse:
    """A version is not offered again."""
    scope = _scope(request, move)
    row = get_object_or_404(ReplyTemplate, district=request.district, move=move, scope=scope, n=n)
    take_back_reply(template=row, by=request.actor, at=clock.now())
    messages.success(request, _("Version %(n)s is taken back.") % {"n": n})
    return redirect(_address(move, scope))

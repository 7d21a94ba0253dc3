"""Filling and ending posts of a grid."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.grids.actions import assign_post, end_post
from gridward.grids.forms.posts import PostForm
from gridward.grids.queries.listing import get_grid, posts_from
from gridward.grids.views.doors import grid_view
from gridward.grids.views.listing import grid_page
from gridward.web.moments import is_chinese
from gridward.work import clock


@require_POST
@grid_view
def assign(request: HttpRequest, code: str) -> HttpResponse:
    """Put a person into the team."""
    at, grid = clock.now(), get_grid(request.district, code)
    form = PostForm(request.POST, grid=grid, today=local_day(request.district, at))
    if form.is_valid():
        try:
            assign_post(grid=grid, **form.values(), by=request.actor, at=at)
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        else:
            messages.success(request, _("The post is filled."))
            return redirect("grids:grid", code)
    return render(
        request, "grids/grid.html", grid_page(request, grid, form), status=200 if form.is_being_looked_at else 422
    )


@require_POST
@grid_view
def end(request: HttpRequest, code: str) -> HttpResponse:
    """End the post of one person in this grid today; one that has not begun never begins."""
    at, grid = clock.now(), get_grid(request.district, code)
    today = local_day(request.district, at)
    wanted = (request.POST.get("person", ""), request.POST.get("from", ""))
    held = ((str(post.user.public_id), str(post.valid_from)) == wanted and post for post in posts_from(grid, today))
    post = next((post for post in held if post), None)
    if post is None:
        raise Http404
    end_post(post=post, on_day=today, by=request.actor, at=at)
    messages.success(request, _("The post has ended."))
    return redirect("grids:grid", code)

"""施工与停水停电公告: the list, a new one, the end of one."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.notices import MAKERS, end_notice, may_end, publish_notice
from gridward.cases.forms.notices import NoticeForm, chosen_kind
from gridward.cases.models import WorksNotice
from gridward.cases.queries.notices import fitting, grids_to_choose, notices_of_staff
from gridward.cases.words import notice_kinds
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.grids.queries.layers import ground_of, outline_box
from gridward.web.maps import Feature, Layer, sheet
from gridward.web.moments import is_chinese
from gridward.work import clock


@require_GET
@business_view
def index(request: HttpRequest) -> HttpResponse:
    """What holds, comes, and ended lately; where, on the map."""
    now = clock.now()
    rows = list(notices_of_staff(request.district, now))
    open_rows = [Feature(row.area, name=row.place_zh) for row in rows if row.to_at > now]
    drawn = sheet(
        request, [Layer("changed", open_rows)], title=_("Works and outages"), whole=outline_box(request.district),
        table_url="#table", ground=ground_of(request.district),
    )  # fmt: skip
    page = {
        "rows": [(row, row.to_at > now and may_end(row, request.actor)) for row in rows], "now": now, "sheet": drawn,
        "may_make": request.grant.role in MAKERS, "kinds": notice_kinds().items(),
    }  # fmt: skip
    return render(request, "cases/notices.html", page)


@business_view
def new(request: HttpRequest) -> HttpResponse:
    """The form of a notice of one kind, and publishing it."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            publish_notice(
                district=request.district, told=form.told(), ground=form.ground(), seen=request.territory,
                by=request.actor, at=clock.now(),
            )  # fmt: skip
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
            return _page(request, form, refused.status)
        messages.success(request, _("Published. Residents who report it there read this first."))
        return redirect("cases:notices")
    return _page(request, form, 422 if request.method == "POST" and not form.is_being_looked_at else 200)


def _form(request: HttpRequest) -> NoticeForm:
    kind, now = chosen_kind(request.GET.get("kind", "")), clock.now()
    everywhere = request.grant.role == Role.DEPARTMENT
    return NoticeForm(
        request.POST or None, district=request.district, kind=kind, fits=fitting(request.district, kind), at=now,
        grids=grids_to_choose(request.district, request.territory, everywhere=everywhere, at=now), theme=request.theme,
    )  # fmt: skip


def _page(request: HttpRequest, form: NoticeForm, status: int) -> HttpResponse:
    may_make = request.grant.role in MAKERS
    page = {"form": form, "kinds": notice_kinds(), "kind": form.kind, "may_make": may_make}
    return render(request, "cases/notice.html", page, status=status if may_make else 403)


@require_POST
@business_view
def end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Taken down before its time."""
    notice = get_object_or_404(WorksNotice, district=request.district, public_id=public_id)
    end_notice(notice=notice, by=request.actor, at=clock.now())
    messages.success(request, _("Taken down: it is no answer any more."))
    return redirect("cases:notices")

"""One case by a link without an account: a contractor's page, and the page on one's own phone that sends photos."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gridward.cases.actions.linking import answer_link, drop_photo, send_from_phone
from gridward.cases.models import CaseLink
from gridward.cases.queries.links import link_behind, photos_of, photos_released_to
from gridward.core.errors import RuleBroken
from gridward.files.queries import serve
from gridward.portal.forms.helping import HelpingForm
from gridward.portal.views.following import wrong_link
from gridward.web.headers import private_link
from gridward.web.moments import is_chinese
from gridward.work import clock


def _link(request: HttpRequest, token: str) -> CaseLink:
    district = request.district
    link = link_behind(token, district_id=district.pk, at=clock.now()) if district else None
    if link is None:
        raise wrong_link(request)
    return link


@require_http_methods(["GET", "HEAD", "POST"])
@private_link
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Place, work and photos; what is sent waits on the desk."""
    link = _link(request, token)
    is_contractor = link.kind == CaseLink.Kind.CONTRACTOR
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = HelpingForm(*sent, fields=link.photo_fields, asks_words=is_contractor)
    if request.method == "POST" and form.is_valid():
        try:
            _send(link, form)
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        else:
            messages.success(request, _("Thank you, it has arrived."))
            return redirect("portal:helping", token=token)
    words = {"link": link, "case": link.case, "form": form, "token": token, "is_contractor": is_contractor,
             "shown": photos_released_to(link), "sent": photos_of(link)}  # fmt: skip
    return render(request, "portal/helping.html", words, status=422 if form.errors else 200)


def _send(link: CaseLink, form: HelpingForm) -> None:
    if link.kind == CaseLink.Kind.CONTRACTOR:
        answer_link(link=link, words=form.cleaned_data["result"], photos=form.photos(), at=clock.now())
    else:
        send_from_phone(link=link, photos=form.photos(), at=clock.now())


@require_GET
@private_link
def photo(request: HttpRequest, token: str, public_id: uuid.UUID) -> HttpResponse:
    """A photo that this page shows: released to it, or sent by it and not yet used."""
    link = _link(request, token)
    rows = [*photos_released_to(link), *photos_of(link)]
    row = next((row for row in rows if row.public_id == public_id), None)
    if row is None:
        raise Http404
    return serve(row.file, small="small" in request.GET, name="photo")


@require_POST
@private_link
def drop(request: HttpRequest, token: str, public_id: uuid.UUID) -> HttpResponse:
    """Take back a photo that was sent by mistake, as long as nobody used it."""
    row = next((row for row in photos_of(_link(request, token)) if row.public_id == public_id), None)
    if row is not None:
        drop_photo(photo=row)
        messages.success(request, _("Removed."))
    return redirect("portal:helping", token=token)

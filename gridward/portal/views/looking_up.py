"""Progress by query code: how far, and nothing that a stranger should not read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.cases.queries.public import is_due_by, progress_by_code
from gridward.core.errors import RuleBroken
from gridward.portal.actions.counting import count_tries
from gridward.portal.views.reporting import address_of
from gridward.web.headers import private_link
from gridward.web.moments import is_chinese
from gridward.work import clock


@require_GET
@private_link
def spoken(request: HttpRequest) -> HttpResponse:
    """Progress by spoken code or number. Tries are counted by address range; who works here is not counted."""
    if request.district is None:
        raise Http404
    code = request.GET.get("code", "")[:80].strip()
    if not code:
        return render(request, "portal/spoken.html", {"code": ""})
    is_colleague = request.grant is not None
    if not is_colleague and count_tries(district_id=request.district.pk, address=address_of(request), at=clock.now()):
        raise RuleBroken("portal.too_many_tries")
    try:
        progress = progress_by_code(request.district, code)
    except RuleBroken as refused:
        sentence = refused.sentence("zh" if is_chinese() else "en")
        return render(request, "portal/spoken.html", {"code": code, "refusal": sentence}, status=404)
    page = {"code": code, "progress": progress, "due": is_due_by(progress.case) if progress else None}
    return render(request, "portal/spoken.html", page, status=200 if progress else 404)

"""Who may open the pages of channels: whoever runs the system of the whole district."""

from django.http import Http404, HttpRequest, HttpResponse

from gridward.accounts.access import View, administrator_view
from gridward.core.workflow.roles import Role


def operator_view(view: View) -> View:
    """Only for the district's system administrator; for everybody else there is no such page."""

    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.grant.role != Role.SYSADMIN or not request.administered.whole_district:
            raise Http404
        return view(request, *args, **kwargs)

    return administrator_view(guarded)

"""All doors, in one place."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("gridward.accounts.urls")),
    path("", include("gridward.portal.urls")),
    path("", include("gridward.duties.urls")),
    path("", include("gridward.notify.urls")),
    path("", include("gridward.grids.urls")),
    path("", include("gridward.registers.urls")),
    path("", include("gridward.cases.urls")),
    path("background/", include("gridward.work.urls")),
    path("", include("gridward.cases.search_urls")),
    path("", include("gridward.demo.urls")),
    path("", include("gridward.web.urls")),
]
handler500 = "gridward.work.edge.server_error"

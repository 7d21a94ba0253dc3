"""The search of the shell leads to the list of cases, under the name that the shell knows."""

from django.urls import path

from gridward.cases.views import listing

urlpatterns = [path("cases/", listing.index, name="search")]

"""Doors of one's own work."""

from django.urls import path

from gridward.duties.views import my_work

app_name = "duties"
urlpatterns = [path("work/", my_work.index, name="my_work")]

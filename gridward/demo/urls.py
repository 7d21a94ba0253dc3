"""Doors of the example district."""

from django.urls import path

from gridward.demo import views

app_name = "demo"
urlpatterns = [
    path("demo/cast.json", views.cast, name="cast"),
    path("demo/tour/", views.tour, name="tour"),
    path("demo/clock/", views.turn_clock, name="turn_clock"),
    path("demo/file/", views.database_file, name="database_file"),
]

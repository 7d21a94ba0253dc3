"""Doors of the shell."""

from django.urls import path

from gridward.web import tiles, views

app_name = "web"
urlpatterns = [
    path("choose/", views.choose, name="choose"),
    path("kept/", views.kept_words, name="kept"),
    path("style/", views.style, name="style"),
    path("style/ground.svg", views.style_ground, {"as_picture": True}),
    path("style/ground.json", views.style_ground, {"as_picture": False}),
    path("tiles/<int:z>/<int:x>/<int:y>", tiles.tile, name="tile"),
]

"""Doors for residents."""

from django.urls import path

from gridward.portal.views import components, confirming, following, helping, looking_up, plans, reading, reporting

app_name = "portal"
urlpatterns = [
    path("", reading.home, name="home"),
    path("report/<slug:door>/", reporting.report, name="report"),
    path("r/confirm/<str:token>/", confirming.confirm, name="confirm"),
    path("r/<str:token>/", following.private, name="private"),
    path("r/<str:token>/slip/", following.slip, name="slip"),
    path("r/<str:token>/do/<slug:move>/", following.act, name="act"),
    path("r/<str:token>/photos/<uuid:public_id>/", following.photo, name="photo"),
    path("t/<str:token>/", helping.show, name="helping"),
    path("t/<str:token>/photos/<uuid:public_id>/", helping.photo, name="helping_photo"),
    path("t/<str:token>/photos/<uuid:public_id>/remove/", helping.drop, name="drop_photo"),
    path("c/<uuid:public_id>/", components.show, name="component"),
    path("progress/", looking_up.spoken, name="spoken"),
    path("my-grid/", reading.grid, name="grid"),
    path("my-grid/plans/", plans.index, name="plans"),
    path("my-grid/plans/<int:number>/", plans.show, name="plan"),
    path("works/", reading.notices, name="notices"),
    path("guides/", reading.guide_list, name="guides"),
    path("guides/<slug:code>/", reading.guide, name="guide"),
    path("about/", reading.about, name="about"),
]

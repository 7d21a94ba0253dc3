"""Doors of grids."""

from django.urls import path

from gridward.grids.views import ground, listing, place, plans, posts

app_name = "grids"
urlpatterns = [
    path("map/ground.svg", ground.picture, name="ground_picture"),
    path("map/ground.json", ground.data, name="ground_data"),
    path("grids/", listing.index, name="list"),
    path("grids/features.json", listing.features, name="features"),
    path("grids/place/", place.ask, name="place"),
    path("grids/plans/", plans.index, name="plans"),
    path("grids/plans/<int:number>/", plans.show, name="plan"),
    path("grids/plans/<int:number>/adopt/", plans.adopt, name="adopt"),
    path("grids/plans/<int:number>/withdraw/", plans.withdraw, name="withdraw"),
    path("grids/plans/<int:number>/fix/", plans.fix, name="fix"),
    path("grids/plans/<int:number>/upload/", plans.upload, name="upload"),
    path("grids/<str:code>/", listing.show, name="grid"),
    path("grids/<str:code>/posts/", posts.assign, name="assign"),
    path("grids/<str:code>/posts/end/", posts.end, name="end_post"),
]

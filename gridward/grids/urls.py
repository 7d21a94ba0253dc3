"""Doors of grids."""

from django.urls import path

from gridward.grids.views import book, ground, listing, notices, place, plans, posts, reviews

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
    path("grids/plans/<int:number>/review/", reviews.open_for_comments, name="open_review"),
    path("grids/plans/<int:number>/comments/", reviews.comment, name="comment"),
    path("grids/plans/<int:number>/comments/<int:n>/", reviews.answer, name="answer"),
    path("grids/plans/<int:number>/book/", book.show, name="book"),
    path("grids/public-items/<str:code>/", notices.show, name="notices"),
    path("grids/<str:code>/", listing.show, name="grid"),
    path("grids/<str:code>/posts/", posts.assign, name="assign"),
    path("grids/<str:code>/posts/end/", posts.end, name="end_post"),
]

"""Doors of whoever runs the system."""

from django.urls import path

from gridward.work import views

app_name = "work"
urlpatterns = [
    path("", views.background, name="background"),
    path("deliveries/<int:pk>/retry/", views.retry, name="retry"),
    path("runs/<int:pk>/stop/", views.stop, name="stop"),
    path("runs/<int:pk>/resume/", views.resume, name="resume"),
]

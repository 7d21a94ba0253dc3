"""Doors of the shell."""

urlpatterns: list[object] = []

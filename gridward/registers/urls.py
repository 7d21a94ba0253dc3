"""Doors of registers."""

from django.urls import path, re_path

from gridward.registers.views import components, importing

app_name = "registers"
urlpatterns = [
    path("components/", components.index, name="components"),
    path("components/features.json", components.features, name="features"),
    path("components/new/", components.new, name="new_component"),
    path("components/squares/", components.squares, name="squares"),
    path("components/import/", importing.read, name="import_components"),
    path("components/import/<int:pk>/", importing.show, name="import"),
    path("components/import/<int:pk>/steer/", importing.steer, name="steer_import"),
    path("components/import/batches/<int:pk>/undo/", importing.undo, name="undo_import"),
    re_path(r"^components/(?P<code>[0-9]{17})/$", components.show, name="component"),
    re_path(r"^components/(?P<code>[0-9]{17})/change/$", components.change, name="change_component"),
    re_path(r"^components/(?P<code>[0-9]{17})/state/$", components.state, name="component_state"),
]

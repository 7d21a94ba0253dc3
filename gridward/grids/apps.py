from django.apps import AppConfig


class GridsConfig(AppConfig):
    name = "gridward.grids"
    label = "grids"
    verbose_name = "Grids"

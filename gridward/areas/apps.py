from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "gridward.areas"
    label = "areas"
    verbose_name = "Areas"

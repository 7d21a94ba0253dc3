from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    name = "gridward.districts"
    label = "districts"
    verbose_name = "Districts"

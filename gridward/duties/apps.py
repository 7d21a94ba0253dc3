from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "gridward.duties"
    label = "duties"
    verbose_name = "Duties"

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "gridward.work"
    label = "work"
    verbose_name = "Work"

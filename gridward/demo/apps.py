from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "gridward.demo"
    label = "demo"
    verbose_name = "Demo"

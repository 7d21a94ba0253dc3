from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "gridward.web"
    label = "web"
    verbose_name = "Web"

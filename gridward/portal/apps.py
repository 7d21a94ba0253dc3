from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "gridward.portal"
    label = "portal"
    verbose_name = "Portal"

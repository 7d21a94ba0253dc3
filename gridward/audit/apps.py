from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "gridward.audit"
    label = "audit"
    verbose_name = "Audit"

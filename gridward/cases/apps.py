from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "gridward.cases"
    label = "cases"
    verbose_name = "Cases"

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "gridward.project"
    label = "project"
    verbose_name = "Project"

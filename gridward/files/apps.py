from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "gridward.files"
    label = "files"
    verbose_name = "Files"

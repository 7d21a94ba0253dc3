from django.apps import AppConfig

from gridward.work import collected


class WorkConfig(AppConfig):
    name = "gridward.work"
    label = "work"
    verbose_name = "Work"

    def ready(self) -> None:
        """Collect what higher apps subscribe to now: not while the first action holds the write lock."""
        collected.jobs()
        collected.joins()

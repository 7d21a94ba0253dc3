from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from gridward.web.terms import apply_pack


class WebConfig(AppConfig):
    name = "gridward.web"
    label = "web"
    verbose_name = "Web"

    def ready(self) -> None:
        """The district's own words, where a pack is set."""
        if settings.GRIDWARD_TERMS:
            apply_pack(Path(settings.GRIDWARD_TERMS))

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings

from gridward.demo.content import PASSWORD, rows
from gridward.demo.live import LiveClock
from gridward.demo.panels import example_part
from gridward.work import clock


class DemoConfig(AppConfig):
    name = "gridward.demo"
    label = "demo"
    verbose_name = "Demo"
    example_part = staticmethod(example_part)

    def ready(self) -> None:
        """Processes that a played day started go by its clock."""
        if settings.GRIDWARD_DEMO_CLOCK:
            clock.run_process_by(LiveClock(Path(settings.GRIDWARD_DEMO_CLOCK)))

    def sign_ins(self, district: Any) -> list[dict[str, str]]:
        """The cast, shown on the sign-in page of an example database on this machine."""
        return [
            {"username": row["key"], "name": row["name_zh"], "password": PASSWORD, "role": row["role"]}
            for row in rows("cast")
            if row["key"] != "ada"
        ]

from typing import Any

from django.apps import AppConfig

from gridward.demo.content import PASSWORD, rows
from gridward.demo.panels import example_part


class DemoConfig(AppConfig):
    name = "gridward.demo"
    label = "demo"
    verbose_name = "Demo"
    example_part = staticmethod(example_part)

    def sign_ins(self, district: Any) -> list[dict[str, str]]:
        """The cast, shown on the sign-in page of an example database on this machine."""
        return [
            {"username": row["key"], "name": row["name_zh"], "password": PASSWORD, "role": row["role"]}
            for row in rows("cast")
            if row["key"] != "ada"
        ]

"""The component that somebody chose in a form."""

from gridward.core.codes.component import LENGTH
from gridward.districts.models import District
from gridward.registers.models import Component
from gridward.registers.queries import in_use


def chosen_component(district: District, code: str) -> Component | None:
    """By its code; one that is gone, or that was never there, is none."""
    if len(code) != LENGTH or not (code.isascii() and code.isdigit()):
        return None
    return in_use(district).filter(code=code).select_related("district").first()

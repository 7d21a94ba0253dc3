"""Reads: which components there are, near what, of which class."""

from gridward.registers.queries.classes import ComponentClass, classes_of
from gridward.registers.queries.listing import (
    Near,
    chosen_component,
    get_component,
    in_use,
    kept,
    public_component,
    within_m,
)

__all__ = [
    "ComponentClass", "Near", "chosen_component", "classes_of", "get_component", "in_use", "kept", "public_component",
    "within_m",
]  # fmt: skip

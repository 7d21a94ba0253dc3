"""The only writers of registers."""

from gridward.registers.actions.components import (
    NewComponent,
    change_component,
    put_components,
    register_component,
)

__all__ = ["NewComponent", "change_component", "put_components", "register_component"]

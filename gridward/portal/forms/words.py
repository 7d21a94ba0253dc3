"""Text as people paste it: marks that nobody can see or remove are dropped and not held against them."""

from typing import Any

from django import forms

from gridward.core.written import without_harm


class Words(forms.CharField):
    """A text field that drops NUL and marks of direction."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(without_harm(value) if isinstance(value, str) else value)

"""Text as people paste it: a NUL, which nobody can see or remove, is dropped and not held against them."""

from typing import Any

from django import forms


class Words(forms.CharField):
    """A text field that drops NUL."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\0", "") if isinstance(value, str) else value)

"""How forms are drawn."""

from django.forms.renderers import DjangoTemplates


class PlainRenderer(DjangoTemplates):
    """Django's renderer; templates of the shell may override its pieces."""

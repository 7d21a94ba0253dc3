"""Every sealed column of every app, found in the models."""

from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model

from gridward.vault.fields import SealedField


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of sealed bytes; its rows carry a ``uid``, and ``table`` is the model's label."""

    model: type[Model]
    column: str

    @property
    def table(self) -> str:
        return self.model._meta.label


def sealed_columns() -> list[SealedColumn]:
    """Raises TypeError for a model with a sealed column and no uid: its texts could be moved between rows."""
    found = []
    for model in apps.get_models():
        columns = [field.attname for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if columns and "uid" not in {field.name for field in model._meta.concrete_fields}:
            raise TypeError(f"{model._meta.label} has sealed columns and needs a uid")
        found += [SealedColumn(model, column) for column in columns]
    return found

"""Re-reading under the lock: what a view holds is only an address."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)


def lock(model: type[M], pk: int) -> M:
    """The row as it is now, locked until the transaction ends (on GeoPackage the write lock is held)."""
    return model._default_manager.select_for_update().get(pk=pk)


def lock_all(model: type[M], pks: Iterable[int]) -> list[M]:
    """Several rows, locked in id order so that two actions never wait for each other in a ring."""
    return list(model._default_manager.select_for_update().filter(pk__in=list(pks)).order_by("pk"))

"""Re-reading under the lock: what a view holds is only an address."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)


def lock(model: type[M], pk: int, *, related: tuple[str, ...] = ()) -> M:
    """The row as it is now, locked until the transaction ends (on GeoPackage the write lock is held).

    ``related`` rows are read along with it, not locked.
    """
    rows = (
        model._default_manager.select_for_update(of=("self",))
        if related
        else model._default_manager.select_for_update()
    )
    return rows.select_related(*related).get(pk=pk) if related else rows.get(pk=pk)


def lock_all(model: type[M], pks: Iterable[int]) -> list[M]:
    """Several rows, locked in id order so that two actions never wait for each other in a ring."""
    return list(model._default_manager.select_for_update().filter(pk__in=list(pks)).order_by("pk"))

"""Re-reading under the lock: what a view holds is only an address."""

from collections.abc import Iterable
from functools import cache
from typing import TypeVar, cast

from django.db.models import Model

from gridward.gpkg.prepared import Prepared

M = TypeVar("M", bound=Model)


def lock(model: type[M], pk: int, *, related: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> M:
    """The row as it is now, locked until the transaction ends (on GeoPackage the write lock is held).

    ``related`` rows are read along with it, not locked; columns ``without`` which it can do are read when asked for.
    """
    found = _locking(model, related, without).rows(pk)
    if not found:
        raise model.DoesNotExist(f"{model.__name__} {pk}")  # type: ignore[attr-defined]
    return cast(M, found[0])


@cache
def _locking(model: type[Model], related: tuple[str, ...], without: tuple[str, ...]) -> Prepared[Model]:
    rows = model._default_manager.select_for_update(of=("self",) if related else ())
    rows = rows.select_related(*related) if related else rows
    return Prepared(lambda pk: rows.filter(pk=pk).defer(*without))


def lock_all(model: type[M], pks: Iterable[int]) -> list[M]:
    """Several rows, locked in id order so that two actions never wait for each other in a ring."""
    return list(model._default_manager.select_for_update().filter(pk__in=list(pks)).order_by("pk"))

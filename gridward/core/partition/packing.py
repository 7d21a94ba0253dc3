"""An instance as bytes, so that drafts are measured against the very units they were made of."""

import io
from dataclasses import fields
from typing import Any

import numpy as np

from gridward.core.partition.footways import Footways
from gridward.core.partition.instance import Instance

TEXTS = ("ids", "communities", "todays_grids")
WAYS = "footways_"


def pack(instance: Instance) -> bytes:
    """Compressed arrays (NumPy's npz); texts as arrays of unicode."""
    kept = io.BytesIO()
    arrays: dict[str, Any] = {
        field.name: np.array(getattr(instance, field.name), "U" if field.name in TEXTS else None)
        for field in fields(Instance)
        if field.name != "footways"
    }
    if instance.footways is not None:
        arrays |= {f"{WAYS}{field.name}": getattr(instance.footways, field.name) for field in fields(Footways)}
    np.savez_compressed(kept, allow_pickle=False, **arrays)
    return kept.getvalue()


def unpack(packed: bytes) -> Instance:
    """What ``pack`` was given."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as kept:
        values: dict[str, Any] = {
            name: tuple(kept[name].tolist()) if name in TEXTS else kept[name] for name in kept.files
        }
    ways = {name.removeprefix(WAYS): values.pop(name) for name in list(values) if name.startswith(WAYS)}
    footways = Footways(**ways) if ways else None
    return Instance(**values | {"area_m2": float(values["area_m2"]), "footways": footways})

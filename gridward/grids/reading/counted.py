"""Counted units from a map file: docs/howto/design-grids.md."""

from pathlib import Path
from typing import Any

from gridward.core.errors import RuleBroken
from gridward.core.partition.workload import Feature
from gridward.grids.actions.atoms import COUNTED, AtomRow
from gridward.grids.models import Atom
from gridward.grids.reading.files import MapFeature, read_features

YES = ("1", "1.0", "true", "yes", "是")
TEXTS = ("code", "use", "community", "cell", "block")


def read_atoms(path: Path, *, crs: str = "", layer: str = "") -> list[AtomRow]:
    """The units of a GeoJSON, GeoPackage or zipped Shapefile, one a feature; columns as the document lists them.

    Raises RuleBroken ``grids.units_without_code``, ``grids.nothing_counted``, ``grids.count_wrong``,
    ``grids.unit_kind_unknown`` and what ``read_features`` refuses.
    """
    features = read_features(path, stated=crs, layer=layer)
    if features and not COUNTED & set(features[0].properties):
        raise RuleBroken("grids.nothing_counted", file=path.name, known=", ".join(sorted(Feature)))
    return [_row(feature, at, path) for at, feature in enumerate(features, start=1)]


def _row(feature: MapFeature, at: int, path: Path) -> AtomRow:
    given = {name: value for name, value in feature.properties.items() if value is not None}
    texts: dict[str, Any] = {name: str(given[name]).strip() for name in TEXTS if name in given}
    if not texts.get("code"):
        raise RuleBroken("grids.units_without_code", file=path.name, row=at)
    kind = str(given.get("kind", Atom.Kind.BUILDING))
    if kind not in Atom.Kind.values:
        raise RuleBroken("grids.unit_kind_unknown", code=texts["code"], kind=kind, known=", ".join(Atom.Kind.values))
    counts = {name: _count(texts["code"], name, given[name]) for name in sorted(COUNTED) if name in given}
    is_compound = str(given.get("is_compound", "")).lower() in YES
    return AtomRow(shape=feature.geometry, kind=kind, is_compound=is_compound, counts=counts, **texts)


def _count(code: str, name: str, value: Any) -> float:
    try:
        return float(value)
    except ValueError:
        raise RuleBroken("grids.count_wrong", code=code, name=name, count=str(value)) from None

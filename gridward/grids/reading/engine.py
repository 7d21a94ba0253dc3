"""Read one untrusted map file in a process of its own; or write layers for GIS desktops.

Run as a script (``python -I engine.py read SOURCE TARGET LAYER`` or ``… write SOURCE TARGET``), so that a broken
or hostile file takes down nothing but itself. ``read`` writes one JSON line about the layer and one line per
feature (well-known bytes as hexadecimal digits, properties). One JSON object on stdout; exit 3 = refused.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw

from gridward.core.confining import confine_this_process

CPU_S = 120
MEMORY_BYTES = 4 * 2**30
OUTPUT_BYTES = 2 * 2**30
MOST_FEATURES = 500_000


class Refused(Exception):  # noqa: N818 - reads as a sentence
    """The file is not taken; says why in a few words."""


def stated_in(source: Path, crs: str | None) -> str:
    """The coordinate system that the file itself states; of GeoJSON only an explicit ``crs`` member counts.

    GDAL answers EPSG:4326 for every GeoJSON without one, and map providers publish GCJ-02 that way.
    """
    if source.suffix != ".geojson":
        return crs or ""
    member = json.loads(source.read_text("utf-8-sig")).get("crs") or {}
    return str((member.get("properties") or {}).get("name") or "")


def layer_of(source: Path, wanted: str) -> str:
    layers = [str(name) for name, kind in pyogrio.list_layers(source) if kind]
    if wanted and wanted not in layers:
        raise Refused(f"no layer {wanted!r}; it holds {', '.join(layers[:20]) or 'none'}")
    if not wanted and len(layers) != 1:
        raise Refused(f"it holds {len(layers)} layers ({', '.join(layers[:20])}): name one")
    return wanted or layers[0]


def lines_of(source: Path, layer: str) -> Iterator[str]:
    """The head line, then a line per feature that has a shape."""
    info = pyogrio.read_info(source, layer=layer)
    if info["features"] > MOST_FEATURES:
        raise Refused(f"{info['features']} features, more than {MOST_FEATURES}")
    meta, _, shapes, columns = pyogrio.raw.read(source, layer=layer, force_2d=True)
    yield json.dumps({"crs": stated_in(source, info["crs"]), "layer": layer})
    names = [str(name) for name in meta["fields"]]
    for index, wkb in enumerate(shapes):
        if wkb is None:
            continue
        values = {name: plain(column[index]) for name, column in zip(names, columns, strict=True)}
        yield json.dumps({"wkb": bytes(wkb).hex(), "properties": values}, ensure_ascii=False)


def plain(value: Any) -> Any:
    """A value that JSON can hold."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return str(value)


def read(source: Path, target: Path, layer: str) -> int:
    """Copy a layer into the line file; answer how many features."""
    count = -1
    with target.open("w", encoding="utf-8") as out:
        for line in lines_of(source, layer_of(source, layer)):
            out.write(line + "\n")
            count += 1
    return count


def write(source: Path, target: Path) -> int:
    """Write the line file's layers into a GeoPackage; answer how many features."""
    layers: dict[str, list[dict[str, Any]]] = {}
    with source.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            layers.setdefault(row["layer"], []).append(row)
    for name, rows in layers.items():
        fields = list(rows[0]["properties"])
        columns = [column_of([row["properties"][field] for row in rows]) for field in fields]
        shapes = np.array([bytes.fromhex(row["wkb"]) for row in rows], dtype=object)
        pyogrio.raw.write(
            target, shapes, columns, np.array(fields, dtype=object), layer=name, driver="GPKG",
            geometry_type=rows[0]["type"], crs="EPSG:4326", append=target.exists(), promote_to_multi=None,
        )  # fmt: skip
    return sum(map(len, layers.values()))


def column_of(values: list[Any]) -> Any:
    """Whole numbers stay numbers (a missing one makes them fractions), all else is text."""
    if all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    if all(value is None or isinstance(value, int) for value in values) and any(v is not None for v in values):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def main(arguments: list[str]) -> int:
    """Exit 0 done, 3 refused."""
    confine_this_process(cpu_s=CPU_S, memory_bytes=MEMORY_BYTES, output_bytes=OUTPUT_BYTES)
    what, source, target = arguments[0], Path(arguments[1]), Path(arguments[2])
    try:
        count = read(source, target, arguments[3]) if what == "read" else write(source, target)
        answer: dict[str, Any] = {"features": count}
    except Refused as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": "too large for memory"}
    except Exception as error:  # a driver fed with garbage raises anything
        answer = {"refused": str(error).splitlines()[0][:200] if str(error) else type(error).__name__}
    sys.stdout.write(json.dumps(answer))
    return 3 if "refused" in answer else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""GDAL in a process of its own, answering in JSON.

GDAL brings its own copy of SQLite. Two copies in one process undo each other's file locks, so a live
file is opened by GDAL only from another process, as QGIS does.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]


def ask_gdal(question: str, path: Path | str, *details: str) -> Any:
    """Ask for `layers`, for the `rows` of a layer (and box), or for the `info` of a layer."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.gpkg.gdal_reader", question, str(path), *details]
    answer = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)


def main(question: str, path: str, *details: str) -> None:
    import pyogrio  # noqa: PLC0415 (only in the process of its own)

    if question == "layers":
        answer: Any = [name for name, _ in pyogrio.list_layers(path)]
    elif question == "info":
        info = pyogrio.read_info(path, layer=details[0], force_total_bounds=True)
        answer = {"crs": info["crs"], "bounds": info["total_bounds"], "rows": info["features"]}
    else:
        box = tuple(map(float, details[1:])) or None
        frame = pyogrio.read_dataframe(path, layer=details[0], bbox=box, fid_as_index=True)
        answer = [
            {"fid": fid, "srid": frame.crs.to_epsg(), "bounds": row.geometry.bounds, **row.drop("geometry")}
            for fid, row in frame.iterrows()
        ]
    sys.stdout.write(json.dumps(answer, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])

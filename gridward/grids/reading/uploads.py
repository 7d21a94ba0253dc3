"""A file that came with a form, as grids for a draft."""

import tempfile
from pathlib import Path
from typing import Any

from gridward.grids.actions.importing import ShapeRow
from gridward.grids.reading.files import read_features
from gridward.grids.reading.preparing import shape_row


def uploaded_grids(upload: Any, *, stated: str) -> list[ShapeRow]:
    """Read, convert and name; the upload lies on disk only meanwhile. Raises what ``read_features`` raises."""
    with tempfile.TemporaryDirectory(prefix="gridward-upload-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        return [shape_row(feature, {}, path) for feature in read_features(path, stated=stated)]

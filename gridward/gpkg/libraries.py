"""Where the C libraries lie that GeoDjango loads: GDAL inside pyogrio's wheel, GEOS inside shapely's."""

from importlib.util import find_spec
from pathlib import Path


def gdal_library_path() -> str | None:
    """For GDAL_LIBRARY_PATH; None lets Django look for the system's own."""
    return _bundled_library("pyogrio", "gdal")


def geos_library_path() -> str | None:
    """For GEOS_LIBRARY_PATH; None lets Django look for the system's own."""
    return _bundled_library("shapely", "geos_c")


def _bundled_library(package: str, name: str) -> str | None:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return library_in(Path(spec.origin).parent, name)


def library_in(package_folder: Path, name: str) -> str | None:
    """Look where auditwheel (Linux), delocate (macOS) and delvewheel (Windows) put a wheel's libraries."""
    beside = package_folder.with_name(f"{package_folder.name}.libs")
    places = [
        (beside, f"lib{name}[-.]*so*"),
        (package_folder / ".dylibs", f"lib{name}.*dylib"),
        (beside, f"*{name}*.dll"),
    ]
    for folder, pattern in places:
        for found in sorted(folder.glob(pattern)):
            return str(found)
    return None

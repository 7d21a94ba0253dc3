"""GDAL and GEOS are found inside the wheels on each system, else left to Django."""

from pathlib import Path

import pytest

from gridward.gpkg.libraries import gdal_library_path, geos_library_path, library_in


def test_the_wheels_of_this_machine_bring_both() -> None:
    for path, name in ((gdal_library_path(), "gdal"), (geos_library_path(), "geos_c")):
        assert path is not None
        assert Path(path).is_file()
        assert name in Path(path).name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("shapely.libs/libgeos_c-ac38a227.so.1.20.5", "geos_c"),
        ("shapely/.dylibs/libgeos_c.1.20.5.dylib", "geos_c"),
        ("shapely.libs/geos_c-0123456789abcdef.dll", "geos_c"),
        ("pyogrio.libs/libgdal-253d08a6.so.38.3.12.4", "gdal"),
        ("pyogrio/.dylibs/libgdal.38.3.12.4.dylib", "gdal"),
        ("pyogrio.libs/gdal-debf23a3c4.dll", "gdal"),
    ],
)
def test_each_system_has_its_own_place_and_name(tmp_path: Path, file: str, name: str) -> None:
    wanted = tmp_path / file
    wanted.parent.mkdir(parents=True)
    wanted.touch()
    (wanted.parent / "libgeos-d1e818bb.so.3.14.1").touch()
    assert library_in(tmp_path / Path(file).parts[0].removesuffix(".libs"), name) == str(wanted)


def test_no_bundled_library_means_the_system_s_own(tmp_path: Path) -> None:
    assert library_in(tmp_path / "shapely", "geos_c") is None

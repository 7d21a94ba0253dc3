"""A copy of the maps for GIS desktops: whole, valid, without people, never over another file."""

import sqlite3
from datetime import datetime
from io import StringIO
from pathlib import Path

import pyogrio
import pytest
from django.contrib.gis.geos import LineString
from django.core.management import CommandError, call_command

from gridward.areas.actions import GroundRow, load_ground
from gridward.core.actor import SYSTEM
from gridward.grids.actions import CellRow, lay_cells
from gridward.grids.reading.files import read_features
from tests.cast import Cast
from tests.town import Town, square


@pytest.fixture
def exported(town: Town, cast: Cast, at: datetime, tmp_path: Path) -> Path:
    road, pond = LineString((113.99, 28.2), (114.01, 28.2), srid=4326), square(113.995, 28.195, 0.001)
    rows = [GroundRow("street", road, "own"), GroundRow("water", pond, "own", name_zh="荷塘")]
    load_ground(district=town.district, rows=rows)
    lay_cells(district=town.district, rows=[CellRow("900107B000001", square(113.99, 28.19))], by=SYSTEM, at=at)
    call_command("export_layers", str(tmp_path / "out.gpkg"), district=town.district.code6, stdout=StringIO())
    return tmp_path / "out.gpkg"


def test_every_layer_is_there_with_its_rows(exported: Path) -> None:
    layers = dict(pyogrio.list_layers(exported).tolist())
    assert layers == {"divisions": "MultiPolygon", "cells": "MultiPolygon", "grids": "MultiPolygon",
                      "ground_areas": "MultiPolygon", "ground_lines": "MultiLineString"}  # fmt: skip
    counts = {name: pyogrio.read_info(exported, layer=name)["features"] for name in layers}
    assert counts == {"divisions": 7, "cells": 1, "grids": 10, "ground_areas": 1, "ground_lines": 1}
    assert pyogrio.read_info(exported, layer="grids")["crs"] == "EPSG:4326"


def test_it_is_read_in_again_as_it_was(exported: Path, town: Town) -> None:
    grids = {f.properties["code"]: f for f in read_features(exported, layer="grids")}
    west = grids[town.grids["liuyin_w"].code]
    assert (west.properties["name_zh"], west.properties["kind"]) == ("柳荫社区西网格", "community")
    assert west.geometry.geom_type == "MultiPolygon"
    assert west.geometry.bounds == pytest.approx((113.99, 28.19, 113.995, 28.2), abs=1e-12)


def test_nobody_is_named_in_it(exported: Path, cast: Cast) -> None:
    raw = exported.read_bytes()
    for user in cast.users.values():
        assert user.name.encode() not in raw and user.username.encode() + b"\0" not in raw
    tables = {
        name for (name,) in sqlite3.connect(exported).execute("select name from sqlite_master where type='table'")
    }
    assert not any("user" in name or "case" in name or "post" in name for name in tables)


def test_it_is_never_written_over_another_file(exported: Path, town: Town) -> None:
    before = exported.read_bytes()
    with pytest.raises(CommandError, match="not overwritten"):
        call_command("export_layers", str(exported), district=town.district.code6)
    with pytest.raises(CommandError, match="several and none was named"):
        call_command("export_layers", str(exported.parent / "other.gpkg"))
    assert exported.read_bytes() == before
    assert [path.name for path in exported.parent.iterdir()] == ["out.gpkg"]


@pytest.mark.django_db
def test_an_empty_database_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such district"):
        call_command("export_layers", str(tmp_path / "out.gpkg"))
    assert list(tmp_path.iterdir()) == []

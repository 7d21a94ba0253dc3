"""A count of buildings from a map file, by command: whole or not at all, one sentence for what is wrong."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gridward.grids.models import Atom
from tests.town import Town

pytestmark = pytest.mark.django_db


def map_file(folder: Path, *rows: dict[str, Any]) -> Path:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [113.995, 28.195 + at / 1e4]},
            "properties": row,
        }
        for at, row in enumerate(rows)
    ]
    file = folder / "houses.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return file


def test_a_count_is_read_and_the_next_one_takes_its_place(town: Town, tmp_path: Path) -> None:
    code, told = town.divisions["liuyin"].code, StringIO()
    one = {"code": "A1", "community": code, "elders": 3, "households": 12, "is_compound": 1, "block": "花园"}
    options: dict[str, Any] = {"crs": "wgs84", "district": town.district.code6, "stdout": told}
    call_command("import_atoms", map_file(tmp_path, one, {"code": "A2", "elders": 0, "kind": "block"}), **options)
    first, second = Atom.objects.order_by("code")
    assert (first.counts, first.block, first.is_compound) == ({"elders": 3, "households": 12}, "花园", True)
    assert first.community is not None and first.community.code == code and second.kind == "block"
    call_command("import_atoms", map_file(tmp_path, one), **options)
    assert Atom.objects.filter(retired_at__isnull=True).count() == 1
    assert "1 units counted; 2 of the count before are closed." in told.getvalue()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"code": "A1"}, "no column of counts"),
        ({"elders": 3}, "has no code"),
        ({"code": "A1", "elders": 3, "kind": "castle"}, "unknown kind"),
        ({"code": "A1", "elders": "many"}, "cannot have many"),
        ({"code": "A1", "elders": -3}, "cannot have -3"),
        ({"code": "A1", "elders": 3, "community": "1"}, "1"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(town: Town, tmp_path: Path, row: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("import_atoms", map_file(tmp_path, row), crs="wgs84", district=town.district.code6)
    assert not Atom.objects.exists()


def test_a_file_that_does_not_say_where_it_lies_is_refused(town: Town, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("import_atoms", map_file(tmp_path, {"code": "A1", "elders": 1}), district=town.district.code6)
    with pytest.raises(CommandError):
        call_command("import_atoms", tmp_path / "none.gpkg", district=town.district.code6)

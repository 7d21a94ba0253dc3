"""Django's own test databases work: in memory, in a file, and cloned for parallel runs."""

from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connections

from tests.gpkg.connections import connection_to, make_tables
from tests.gpkg.gdal_reader import ask_gdal
from tests.gpkg.shapes import Place


def test_a_database_in_memory_takes_everything(unblocked: None) -> None:
    with connection_to("memory", "gpkg://:memory:") as connection:
        make_tables(connection)
        Place.objects.using("memory").create(spot=Point(1, 1, srid=4326))
        assert Place.objects.using("memory").filter(spot__intersects=Point(1, 1, srid=4326)).count() == 1
        connection.close()
        assert Place.objects.using("memory").count() == 1


def test_a_clone_of_a_file_in_wal_mode_has_all_rows(geopackage: Any, tmp_path: Path) -> None:
    Place.objects.using("file").create(name="in the journal", spot=Point(1, 1, srid=4326))
    geopackage.creation.clone_test_db("7", verbosity=0, autoclobber=True)
    with connection_to("clone", f"gpkg://{tmp_path}/town_7.gpkg") as clone:
        assert Place.objects.using("clone").get().name == "in the journal"
        assert Place.objects.using("clone").filter(spot__intersects=Point(1, 1, srid=4326)).count() == 1
        name = clone.settings_dict["NAME"]
    connections["file"].creation._destroy_test_db(name, verbosity=0)
    assert not list(tmp_path.glob("town_7*"))


def test_a_test_database_in_memory_is_made_from_a_file_s_settings(unblocked: None, tmp_path: Path) -> None:
    with connection_to("real", f"gpkg://{tmp_path}/real.gpkg") as connection:
        name = connection.creation._get_test_db_name()
        assert connection.creation.is_in_memory_db(name)
    assert not (tmp_path / "real.gpkg").exists()


def test_models_are_read_back_from_the_file(geopackage: Any, capsys: Any) -> None:
    call_command("inspectdb", database="file")
    text = capsys.readouterr().out
    assert "outline = models.MultiPolygonField" in text
    assert "truth = models.BooleanField" in text
    assert "gpkg_contents" not in text
    assert "rtree" not in text


def test_two_connections_open_a_new_file_at_once(unblocked: None, tmp_path: Path) -> None:
    url = f"gpkg://{tmp_path}/new.gpkg"
    with connection_to("one", url) as one, connection_to("two", url) as two:
        one.ensure_connection()
        two.ensure_connection()
        with two.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM gpkg_spatial_ref_sys")
            assert cursor.fetchone() == (5,)
    assert ask_gdal("layers", tmp_path / "new.gpkg") == ["gridward_about"]

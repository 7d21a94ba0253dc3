"""A table with geometry goes through every kind of migration on both databases and loses nothing."""

from typing import Any

import pytest
from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry, Point, Polygon
from django.db import NotSupportedError, connections
from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddField,
    AlterField,
    AlterModelTable,
    CreateModel,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
)
from django.db.migrations.state import ProjectState

from gridward.gpkg.bulk import bulk_load
from gridward.gpkg.ids import NodeAutoField
from gridward.gpkg.migrating import WithoutIndex
from gridward.gpkg.rtree import TRIGGERS

pytestmark = pytest.mark.long_transaction("a migration is one transaction")

CREATE = [
    CreateModel("Area", [("id", NodeAutoField(primary_key=True)), ("code", models.CharField(max_length=9))]),
    CreateModel(
        "Spot",
        [
            ("id", NodeAutoField(primary_key=True)),
            ("name", models.CharField(max_length=9, default="")),
            ("place", models.PointField(null=True)),
            ("area", models.ForeignKey("town.Area", models.CASCADE, null=True)),
        ],
    ),
]
STEPS = [
    ("add a column by a remake", AddField("Spot", "level", models.IntegerField(default=1))),
    ("add a column in place", AddField("Spot", "note", models.TextField(null=True))),
    (
        "alter a plain column",
        AlterField("Spot", "name", models.CharField(max_length=30, default="", unique=True)),
    ),
    ("rename a geometry column", RenameField("Spot", "place", "position")),
    ("rename a foreign key", RenameField("Spot", "area", "home")),
    ("rename the model", RenameModel("Spot", "Site")),
    ("rename the model it points at", RenameModel("Area", "Zone")),
    ("rename the table", AlterModelTable("Site", "sites_of_town")),
    ("widen the geometry type", AlterField("Site", "position", models.GeometryField(null=True))),
    ("drop the index", AlterField("Site", "position", models.GeometryField(null=True, spatial_index=False))),
    ("index again", AlterField("Site", "position", models.GeometryField(null=True))),
    (
        "fill what was null",
        AlterField("Site", "position", models.GeometryField(default=Point(7, 7, srid=4326))),
    ),
    ("remove a plain column", RemoveField("Site", "note")),
    ("remove a foreign key", RemoveField("Site", "home")),
    ("add a second geometry", AddField("Site", "outline", models.PolygonField(null=True))),
    ("remove the first geometry", RemoveField("Site", "position")),
    ("remove the last geometry", RemoveField("Site", "outline")),
]
PLACES = [Point(1, 1), Point(2.5, 2.5), None, GEOSGeometry("POINT EMPTY"), Point(113.1, 28.2)]


class Town:
    """A project of one app that migrates step by step on one database."""

    def __init__(self, alias: str) -> None:
        self.connection = connections[alias]
        self.state = ProjectState()

    def migrate(self, *operations: Any) -> None:
        migration = Migration("step", "town")
        migration.operations = list(operations)
        with self.connection.schema_editor(atomic=True) as editor:
            self.state = migration.apply(self.state, editor)

    def model(self, *names: str) -> Any:
        """The first of these models that there is now."""
        models_now = {model.__name__: model for model in self.state.apps.get_models()}
        return next(models_now[name] for name in names if name in models_now)

    def rows(self) -> list[Any]:
        """Every row as text, whatever the columns are now."""
        model = self.model("Spot", "Site")
        names = [field.attname for field in model._meta.concrete_fields]
        found = model.objects.using(self.connection.alias).order_by("id").values(*names)
        return [{name: _text(value) for name, value in row.items()} for row in found]

    def query(self, sql: str, *params: Any) -> list[Any]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())


def _text(value: Any) -> Any:
    return value.wkt if isinstance(value, GEOSGeometry) else value


def plant(town: Town) -> None:
    """Make the tables, five rows and, on the GeoPackage, two triggers of someone else's."""
    town.migrate(*CREATE)
    alias = town.connection.alias
    area = town.model("Area").objects.using(alias).create(code="a")
    spots = town.model("Spot")
    for number, place in enumerate(PLACES):
        spots.objects.using(alias).create(name=f"s{number}", place=place, area_id=area.id)


@pytest.fixture
def geopackage_town(empty_file: Any) -> Town:
    town = Town(empty_file.alias)
    plant(town)
    return town


@pytest.fixture
def postgis_town(empty_postgis: Any) -> Town:
    town = Town(empty_postgis.alias)
    plant(town)
    return town


def trees_and_triggers(town: Town) -> tuple[set[str], set[str]]:
    trees = town.query("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'")
    triggers = town.query("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree%%'")
    return {name for (name,) in trees}, {name for (name,) in triggers}


def check_tree(town: Town) -> None:
    """Tree, triggers and the GeoPackage's rows are exactly what the model says."""
    model = town.model("Spot", "Site")
    table = model._meta.db_table
    fields = [f for f in model._meta.concrete_fields if isinstance(f, models.GeometryField)]
    names = {f"rtree_{table}_{f.column}" for f in fields if f.spatial_index}
    trees, triggers = trees_and_triggers(town)
    assert trees == names
    assert triggers == {f"{name}_{event}" for name in names for event in TRIGGERS}
    for field in fields:
        if field.spatial_index:
            check_boxes(town, table, field.column)
    layers = town.query("SELECT table_name, column_name, geometry_type_name FROM gpkg_geometry_columns")
    assert layers == [(table, f.column, f.geom_type) for f in fields[:1]]
    contents = town.query("SELECT table_name, identifier FROM gpkg_contents WHERE data_type = 'features'")
    assert contents == [(table, table) for _ in fields[:1]]
    indexed = town.query("SELECT table_name, column_name FROM gpkg_extensions")
    assert indexed == [(table, f.column) for f in fields[:1] if f.spatial_index]


def check_boxes(town: Town, table: str, column: str) -> None:
    """Each shape has its box, rounded outward to 32 bits and no further; nothing else has one."""
    want = town.query(
        f'SELECT id, ST_MinX("{column}"), ST_MaxX("{column}"), ST_MinY("{column}"), ST_MaxY("{column}") '
        f'FROM "{table}" WHERE ST_MinX("{column}") IS NOT NULL ORDER BY id'
    )
    have = town.query(f'SELECT id, minx, maxx, miny, maxy FROM "rtree_{table}_{column}" ORDER BY id')
    assert [row[0] for row in have] == [row[0] for row in want]
    for (_, *box), (_, *true) in zip(have, want, strict=True):
        assert box == pytest.approx(true, rel=1e-6)
        assert box[0] <= true[0] <= true[1] <= box[1]
        assert box[2] <= true[2] <= true[3] <= box[3]


def change_geometries(town: Town) -> None:
    """Insert, move, empty, fill, renumber and delete, so that each trigger has something to do, and look each time."""
    model = town.model("Spot", "Site")
    names = {f.name for f in model._meta.concrete_fields if f.null and getattr(f, "spatial_index", False)}
    name = next((name for name in ("place", "position") if name in names), None)
    if name is None:
        return
    objects = model.objects.using(town.connection.alias)
    first = objects.order_by("id").first().id
    empty = GEOSGeometry("POINT EMPTY", srid=4326)
    changes = [
        (first, {name: Point(9, 9)}),
        (first, {name: None}),
        (first, {name: Point(3, 3)}),
        (first, {name: empty}),
        (first, {"id": 77}),
        (77, {name: Point(4, 4)}),
        (77, {"id": 78}),
        (78, {"id": 79, name: None}),
        (79, {"id": 80, name: Point(6, 6)}),
        (80, {"id": first, name: Point(1, 1)}),
    ]
    for row, values in changes:
        assert objects.filter(id=row).update(**values) == 1
        check_boxes(town, model._meta.db_table, model._meta.get_field(name).column)
    objects.create(**{name: Point(5, 5)}, name="new")
    check_boxes(town, model._meta.db_table, model._meta.get_field(name).column)
    objects.filter(name="new").delete()


def test_every_step_keeps_tree_triggers_and_layer(geopackage_town: Town) -> None:
    check_tree(geopackage_town)
    for _, operation in STEPS:
        geopackage_town.migrate(operation)
        change_geometries(geopackage_town)
        check_tree(geopackage_town)
    geopackage_town.migrate(DeleteModel("Site"))
    assert trees_and_triggers(geopackage_town) == (set(), set())
    assert geopackage_town.query("SELECT count(*) FROM gpkg_contents WHERE data_type = 'features'") == [(0,)]


@pytest.mark.postgis
def test_every_step_leaves_the_same_rows_on_both_databases(geopackage_town: Town, postgis_town: Town) -> None:
    assert geopackage_town.rows() == postgis_town.rows() != []
    for name, operation in STEPS:
        for town in (geopackage_town, postgis_town):
            town.migrate(operation)
        assert geopackage_town.rows() == postgis_town.rows(), name


def test_triggers_of_others_survive_and_follow_renames(geopackage_town: Town) -> None:
    town = geopackage_town
    town.query("CREATE TABLE log (what TEXT)")
    town.query(
        "CREATE TRIGGER mine AFTER UPDATE OF area_id ON town_spot "
        "BEGIN INSERT INTO log VALUES ('moved ' || ifnull(NEW.area_id, '')); END"
    )
    town.query(
        "CREATE TRIGGER theirs AFTER DELETE ON town_area BEGIN "
        "INSERT INTO log SELECT 'left ' || count(*) FROM town_spot; END"
    )
    for _, operation in STEPS[:7]:
        town.migrate(operation)
    alias = town.connection.alias
    town.model("Site").objects.using(alias).update(home_id=None)
    town.model("Zone").objects.using(alias).all()._raw_delete(alias)
    log = [what for (what,) in town.query("SELECT what FROM log")]
    assert log == ["moved "] * 5 + ["left 5"]


def test_a_remake_keeps_the_counter(geopackage_town: Town) -> None:
    spots = geopackage_town.model("Spot").objects.using(geopackage_town.connection.alias)
    last = spots.order_by("-id").first().id
    spots.all().delete()
    geopackage_town.migrate(STEPS[0][1])
    again = geopackage_town.model("Spot").objects.using(geopackage_town.connection.alias).create()
    assert again.id == last + 1


def test_a_failed_migration_leaves_everything_as_it_was(geopackage_town: Town) -> None:
    before = geopackage_town.query("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    rows = geopackage_town.rows()
    unknown = AlterField("Spot", "place", models.PointField(null=True, srid=3857))
    with pytest.raises(NotSupportedError, match="add_spatial_reference"):
        geopackage_town.migrate(unknown)
    assert geopackage_town.query("SELECT type, name, sql FROM sqlite_master ORDER BY type, name") == before
    assert geopackage_town.rows() == rows


def test_a_migration_is_shown_as_sql_without_being_run(empty_file: Any) -> None:
    town = Town(empty_file.alias)
    before = town.query("SELECT count(*) FROM sqlite_master")
    migration = Migration("step", "town")
    migration.operations = [*CREATE, *(operation for _, operation in STEPS)]
    with empty_file.schema_editor(collect_sql=True) as editor:
        migration.apply(town.state, editor, collect_sql=True)
    sql = "\n".join(editor.collected_sql)
    assert sql.count("CREATE VIRTUAL TABLE") == 4
    assert "INSERT INTO gpkg_geometry_columns VALUES ('town_spot', 'place', 'POINT', 4326, 0, 0)" in sql
    assert town.query("SELECT count(*) FROM sqlite_master") == before


def test_a_geometry_needs_an_integer_key(empty_file: Any) -> None:
    key = models.CharField(max_length=9, primary_key=True)
    with pytest.raises(NotSupportedError, match="integer"):
        Town(empty_file.alias).migrate(CreateModel("Odd", [("key", key), ("shape", models.PolygonField())]))


def test_a_bulk_load_builds_the_tree_once(geopackage_town: Town) -> None:
    town, spots = geopackage_town, geopackage_town.model("Spot")
    objects = spots.objects.using(town.connection.alias)
    square = Polygon.from_bbox((10, 10, 20, 20))
    with bulk_load(town.connection, spots):
        objects.bulk_create([spots(name="b", place=Point(10 + n / 100, 15)) for n in range(500)])
        assert town.query("SELECT count(*) FROM rtree_town_spot_place") == [(3,)]
        assert objects.filter(place__within=square).count() == 499
    assert objects.filter(place__within=square).count() == 499
    check_tree(town)
    assert town.query("SELECT max_x FROM gpkg_contents WHERE table_name = 'town_spot'") == [(113.1,)]


def test_a_failed_bulk_load_leaves_table_and_tree(geopackage_town: Town) -> None:
    town, spots = geopackage_town, geopackage_town.model("Spot")
    with pytest.raises(RuntimeError, match="stop"), bulk_load(town.connection, spots):
        spots.objects.using(town.connection.alias).create(place=Point(6, 6))
        raise RuntimeError("stop")
    assert len(town.rows()) == 5
    change_geometries(town)
    check_tree(town)


def indexes_of(town: Town) -> set[tuple[str, ...]]:
    """The columns of every plain index of the spots."""
    with town.connection.cursor() as cursor:
        found = town.connection.introspection.get_constraints(cursor, "town_spot")
    return {tuple(one["columns"]) for one in found.values() if one["index"] and not one["primary_key"]}


@pytest.mark.parametrize("database", ["geopackage_town", "postgis_town"])
def test_a_foreign_key_loses_its_index_without_a_remake_and_gets_it_back(
    database: str, request: pytest.FixtureRequest
) -> None:
    town: Town = request.getfixturevalue(database)
    state, rows, before = town.state.clone(), town.rows(), indexes_of(town)
    assert ("area_id",) in before
    dropping = WithoutIndex("Spot", "area", models.ForeignKey("town.Area", models.CASCADE, null=True, db_index=False))
    town.migrate(dropping)
    assert indexes_of(town) == before - {("area_id",)} and town.rows() == rows
    migration = Migration("step", "town")
    migration.operations = [dropping]
    with town.connection.schema_editor(atomic=True) as editor:
        migration.unapply(state, editor)
    assert indexes_of(town) == before and town.rows() == rows

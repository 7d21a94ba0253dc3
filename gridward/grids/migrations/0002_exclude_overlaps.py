"""One shape of a grid, one post of a person in a grid, on any day: on PostgreSQL the database itself refuses a
second. GeoPackage has no such constraint; there the actions check under the write lock.
"""

from typing import Any

from django.db import migrations

TABLES = {
    "grids_gridshape": ("grid_shape_no_overlap", "grid_id WITH =", "valid_from IS NOT NULL AND retired_at IS NULL"),
    "grids_dutypost": ("post_no_overlap", "grid_id WITH =, user_id WITH =", "retired_at IS NULL"),
}


def add_exclusions(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for table, (name, same, counted) in TABLES.items():
        schema_editor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist "
            f"({same}, daterange(valid_from, valid_to) WITH &&) WHERE ({counted})"
        )


def remove_exclusions(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, (name, _same, _counted) in TABLES.items():
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


class Migration(migrations.Migration):
    dependencies = [("grids", "0001_grids_plans_posts")]
    operations = [migrations.RunPython(add_exclusions, remove_exclusions)]

import django.db.models.deletion
from django.db import migrations, models

import gridward.gpkg.fulltext.column
from gridward.gpkg.fulltext import make_index, remove_index
from gridward.work import clock

TABLE = "cases_searchtext"


def add_index(apps, schema_editor):
    make_index(schema_editor, TABLE)


def drop_index(apps, schema_editor):
    remove_index(schema_editor, TABLE)


def ask_to_index(apps, schema_editor):
    """Cases that are there already are indexed by the jobs process, a chunk a transaction."""
    Case, Run = apps.get_model("cases", "Case"), apps.get_model("work", "Run")
    for district_id in apps.get_model("districts", "District").objects.values_list("pk", flat=True):
        if Case.objects.filter(district_id=district_id).exists():
            Run.objects.create(district_id=district_id, kind="cases.index_cases", recorded_at=clock.now())


class Migration(migrations.Migration):
    """Makes an empty table: an instant at 10⁶ rows. Indexing them afterwards takes the jobs process ten minutes."""

    dependencies = [
        ("cases", "0004_cases_take_seven_stages_2"),
        ("work", "0002_deliveries_without_spare_index"),
        ("districts", "0001_districts"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        db_column="id",
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("newness", models.BigIntegerField(help_text="higher is reported later; no two cases have the same")),
                ("words", gridward.gpkg.fulltext.column.WordsField()),
            ],
            options={"indexes": [models.Index(fields=["newness"], name="search_text_newness")]},
        ),
        migrations.RunPython(add_index, drop_index),
        migrations.RunPython(ask_to_index, migrations.RunPython.noop),
    ]

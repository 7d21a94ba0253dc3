from functools import partial

from django.db import migrations

from gridward.cases.actions.rebuilding import put_right
from gridward.cases.queries.counted import Kept, grid_keys


def count(apps, schema_editor):
    """Grid by grid, each in transactions of its own; done twice it changes nothing."""
    model = partial(apps.get_model, "cases")
    kept = Kept(
        case=model("Case"), step=model("CaseStep"), clock=model("CaseClock"), delta=model("RollupDelta"),
        stock=model("RollupStock"), flow=model("RollupFlow"), category_month=model("RollupCategoryMonth"),
        grid_month=model("RollupGridMonth"), district_month=None, grid=apps.get_model("grids", "Grid"),
    )  # fmt: skip
    for district, zone in apps.get_model("districts", "District").objects.values_list("pk", "time_zone"):
        for key in grid_keys(district, kept):
            put_right(district, zone, key, kept)


class Migration(migrations.Migration):
    """Counts all cases there are, grid by grid: some three minutes of a processor at 10⁶ cases; interrupted at will."""

    atomic = False
    dependencies = [("cases", "0008_counts_kept_of_cases")]
    operations = [migrations.RunPython(count, migrations.RunPython.noop, elidable=True)]

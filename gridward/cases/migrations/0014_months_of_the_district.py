from functools import partial

from django.db import migrations

from gridward.cases.actions.rebuilding import put_months_right
from gridward.cases.queries.counted import Kept


def count(apps, schema_editor):
    """The sums of the days that are there; done twice it changes nothing."""
    model = partial(apps.get_model, "cases")
    kept = Kept(
        flow=model("RollupFlow"), category_month=model("RollupCategoryMonth"), grid_month=model("RollupGridMonth"),
        district_month=model("RollupDistrictMonth"),
    )  # fmt: skip
    for district in apps.get_model("districts", "District").objects.values_list("pk", flat=True):
        put_months_right(district, kept)


class Migration(migrations.Migration):
    """Adds up the days: seconds at 10⁶ cases."""

    dependencies = [("cases", "0013_months_of_the_district_kept")]
    operations = [migrations.RunPython(count, migrations.RunPython.noop, elidable=True)]

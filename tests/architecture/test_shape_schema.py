"""The schema: the district leads, migrations say what they do, what hangs on a grid moves with it."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.apps import apps
from django.db import models

from gridward.work import collected
from tests.architecture.sources import listed, paths, stale

Model = type[models.Model]


def own_models() -> list[Model]:
    found = (model for model in apps.get_models() if model.__module__.startswith("gridward."))
    return sorted((model for model in found if not model._meta.proxy), key=lambda model: model._meta.label)


def leading(model: Model) -> Iterator[tuple[str, str]]:
    """(``app.Model constraint``, first column) of unique constraints and indexes over columns."""
    for rule in (*model._meta.constraints, *model._meta.indexes):
        fields = list(getattr(rule, "fields", ()))
        if fields:
            yield f"{model._meta.label} {rule.name}", fields[0].lstrip("-")


def without_district(models_given: list[Model]) -> list[str]:
    """Constraints and indexes that do not begin with the district, of models that belong to one."""
    owned = [model for model in models_given if any(f.name == "district" for f in model._meta.concrete_fields)]
    return [name for model in owned for name, first in leading(model) if first != "district"]


def hanging_on(target: str, models_given: list[Model]) -> list[str]:
    """``app.Model.field`` of every foreign key to this model."""
    found = ((model, field) for model in models_given for field in model._meta.concrete_fields if field.is_relation)
    return [f"{m._meta.label}.{f.name}" for m, f in found if f.related_model and f.related_model._meta.label == target]


def unnamed_migrations(files: list[str]) -> list[str]:
    plain = re.compile(r"^\d{4}_(?:initial|auto.*|alter_.*|.*_and_more)$")
    return [path for path in files if "/migrations/" in path and plain.match(PurePosixPath(path).stem)]


def test_the_district_leads_constraints_and_indexes():
    found = without_district(own_models())
    assert [name for name in found if name not in listed("not_led_by_district")] == []
    assert stale("not_led_by_district", found) == []


def test_what_hangs_on_a_grid_has_a_join_or_says_why_it_stays():
    found = hanging_on("grids.Grid", own_models())
    assert sorted(set(found) ^ set(listed("hanging_on_grids"))) == []
    for field, reason in listed("hanging_on_grids").items():
        verb = reason.split()[0]
        assert verb == "stays:" or collected.joins().get(verb), f"{field}: no join for {verb}"


def test_migrations_are_named_for_what_they_do():
    assert unnamed_migrations(list(paths())) == []


def test_ids_are_64_bit_numbers_of_the_node():
    kinds = {model._meta.label: model._meta.pk.get_internal_type() for model in own_models() if model._meta.pk}
    odd = [name for name, kind in kinds.items() if kind != "BigAutoField"]
    assert [name for name in odd if name not in listed("other_ids")] == []
    assert stale("other_ids", odd) == []


def test_planted_shapes_are_found():
    class Meta:
        app_label = "grids"
        indexes = (models.Index(fields=["code"], name="planted_code"),)

    body = {"__module__": "planted", "Meta": Meta, "code": models.TextField(),
            "district": models.ForeignKey("districts.District", models.PROTECT, related_name="+"),
            "grid": models.ForeignKey("grids.Grid", models.PROTECT, related_name="+")}  # fmt: skip
    try:
        planted = type("Planted", (models.Model,), body)
        assert without_district([planted]) == ["grids.Planted planted_code"]
        assert hanging_on("grids.Grid", [planted]) == ["grids.Planted.grid"]
    finally:
        apps.all_models["grids"].pop("planted", None)
        apps.clear_cache()
    assert unnamed_migrations(["gridward/x/migrations/0001_initial.py", "gridward/x/migrations/0002_ground.py"]) == [
        "gridward/x/migrations/0001_initial.py"
    ]

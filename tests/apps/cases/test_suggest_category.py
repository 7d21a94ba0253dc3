"""Which category words may mean: learnt from closed cases, proposed to who writes a case down, judged in the open."""

import random
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from gridward.audit.models import Entry
from gridward.cases.actions.training import KEPT, ask_training, train_categories
from gridward.cases.models import Case, CategoryHelp
from gridward.cases.queries.suggesting import loaded, suggest
from gridward.core.errors import RuleBroken
from gridward.work import clock
from gridward.work.actions import claim_run
from gridward.work.models import Run
from gridward.work.reporting import Report
from tests.apps.cases.scene import Scene
from tests.apps.cases.test_keep_counts import HERE
from tests.core.test_suggest import FILLER, SAID

KINDS = dict(zip(SAID, ("lamp", "litter", "pothole"), strict=True))


def close_many(scene: Scene, n: int) -> None:
    """Closed cases with the words of people; only what a training reads of them is true."""
    rng, first = random.Random(5), scene.report("lamp")
    rows = []
    for i in range(n):
        said = rng.choice(list(SAID))
        row = Case.objects.get(pk=first.pk)
        row.pk, row.number, row.public_id, row.client_uuid = None, f"9{i:018}", uuid.uuid4(), uuid.uuid4()
        row.spoken_code = f"码 {i}"
        row.category, row.description = scene.kinds[KINDS[said]], f"{rng.choice(FILLER)}，{rng.choice(SAID[said])}"
        row.state, row.is_open, row.closed_at = "closed", False, scene.now
        row.reported_at = first.reported_at + timedelta(seconds=i)
        rows.append(row)
    Case.objects.bulk_create(rows)


def train(scene: Scene) -> CategoryHelp:
    with clock.standing_at(scene.now):
        run = ask_training(district=scene.town.district, by=scene.cast.actor("sun"), at=scene.now)
        claim_run(at=scene.now, run_id=run.pk)
        train_categories(Report(run))
        Run.objects.filter(pk=run.pk).update(state=Run.State.DONE)
    return CategoryHelp.objects.latest("pk")


def test_what_closed_cases_teach_is_proposed_where_a_case_is_written_down(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    close_many(scene, 300)
    made = train(scene)
    assert made.is_used and made.lesson["cases"] == 300 and made.lesson["later"]["first"] > 0.8
    entry = Entry.objects.get(verb="cases.train_categories")
    assert entry.by_id == scene.cast.users["sun"].pk

    cleo = client_of("cleo")
    part = cleo.post("/cases/new/kinds/", {"description": "北门的路灯灭了，老人走路不方便"}).content.decode()
    assert "路灯不亮" in part and "结案" in part and f'data-value="{scene.kinds["lamp"].pk}"' in part
    assert part.count("data-value") <= 3
    unsure = cleo.post("/cases/new/kinds/", {"description": "谢谢，请尽快，助餐"}).content.decode()
    assert "名称" in unsure and "助餐" in unsure
    assert "data-value" not in cleo.post("/cases/new/kinds/", {"description": " \0"}).content.decode()

    waiting = scene.report("meal", description="垃圾发臭，麻烦来看看")
    waiting = scene.make(waiting, "cleo", "accept")
    page = cleo.get(f"/cases/{waiting.number}/moves/file/").content.decode()
    assert f'data-value="{scene.kinds["litter"].pk}"' in page

    page = client_of("sun").get("/cases/categories/help/", {"words": "路面塌了"}).content.decode()
    assert "路面塌陷" in page and "300" in page and "使用中" in page


def test_only_the_district_s_administrator_trains_and_old_trainings_are_forgotten(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    assert client_of("cleo").get("/cases/categories/help/").status_code == 404
    with pytest.raises(RuleBroken) as refused:
        ask_training(district=scene.town.district, by=scene.cast.actor("cleo"), at=scene.now)
    sun = client_of("sun")
    assert refused.value.code == "training.not_administrator"
    assert "还没有" in sun.get("/cases/categories/help/").content.decode()
    assert sun.post("/cases/categories/help/train/").status_code == 302
    run = Run.objects.get(kind="cases.train_categories")
    assert "正在训练" in sun.get("/cases/categories/help/").content.decode()
    sun.post("/cases/categories/help/train/")
    assert Run.objects.filter(kind="cases.train_categories").count() == 1
    with pytest.raises(RuleBroken) as too_few:
        train_categories(Report(run))
    assert too_few.value.code == "training.too_few_cases"
    rows = [CategoryHelp(district=scene.town.district, trained_at=scene.now, is_used=False, lesson={}, weights=b"")
            for _ in range(KEPT + 1)]  # fmt: skip
    CategoryHelp.objects.bulk_create(rows)
    close_many(scene, 220)
    newest = train(scene)
    assert CategoryHelp.objects.count() == KEPT and CategoryHelp.objects.filter(pk=newest.pk).exists()


def test_what_is_worse_than_the_names_is_kept_but_not_used(scene: Scene) -> None:
    """Words that mean nothing: only the name tells."""
    close_many(scene, 240)
    for n, row in enumerate(Case.objects.filter(is_open=False).order_by("pk")):
        name = {"lamp": "路灯不亮", "litter": "暴露垃圾", "pothole": "路面塌陷"}[row.category.code]
        row.description = f"{name if n >= 192 else FILLER[n % len(FILLER)]}"
        row.save(update_fields=["description"])
    made = train(scene)
    assert not made.is_used and made.lesson["names"]["first"] > made.lesson["later"]["first"]
    among = list(scene.kinds.values())
    found = suggest(scene.town.district.pk, "路灯不亮", among)
    assert not found.is_sure and found.rows[0].category == scene.kinds["lamp"] and loaded.cache_info().maxsize == 4


def test_the_command_says_what_is_missing(scene: Scene) -> None:
    with pytest.raises(CommandError, match="only 0 closed cases to learn from"):
        call_command("train_categories", *HERE)

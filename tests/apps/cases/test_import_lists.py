"""A list of categories and standards: tried, made all or none, taken back; local extensions beside national codes."""

import io
import re
from collections.abc import Callable
from html import unescape
from importlib import resources
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from gridward.cases.actions.importing import read_lists, try_lists
from gridward.cases.actions.reference import load_reference_lists
from gridward.cases.models import Category, Standard
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.work.models import ImportBatch
from tests.apps.cases.scene import Scene, damage

HEAD = ("scheme,kind,code,family,name_zh,name_en,synonyms,is_public,n,filing_zh,filing_en,closing_zh,closing_en,"
        "limit_value,limit_unit")  # fmt: skip
LAMP = "test,event,lamp,,,,路灯 不亮,yes,1,灯不亮,Lamp out,灯亮了,Lamp lit,1,work_day"
NEW = (
    "local,event,10901,city_management,共享单车围路,Bicycles in the way,单车 乱停,yes,1,挡路,In the way,挪开了,Moved,"
    "2,work_hour"
)
MORE = "local,event,10901,,,,,,2,堆成堆,In heaps,挪开了,Moved,4,work_hour"


def listed(*rows: str) -> bytes:
    return "\n".join(("# our own list", HEAD, *rows)).encode()


def state() -> list[object]:
    """All categories and the standards in force, as compared before and after."""
    standards = Standard.objects.filter(retired_at__isnull=True, category__is_in_use=True).order_by("category", "n")
    return [
        list(Category.objects.filter(is_in_use=True).order_by("pk").values()),
        list(standards.values("category_id", "n", "limit_value", "limit_unit", "filing_zh", "valid_to")),
    ]


def sent(client: Client, content: bytes) -> str:
    file = io.BytesIO(content)
    file.name = "ours.csv"
    return client.post("/cases/categories/import/", {"file": file}).content.decode()


def test_a_list_is_looked_at_imported_and_taken_back_on_the_page(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    sun, before = client_of("sun"), state()
    page = sent(sun, listed(LAMP, NEW, MORE))
    assert state() == before and not ImportBatch.objects.exists(), "a trial keeps nothing"
    token = unescape(re.findall(r'name="sheet" value="([^"]+)"', page)[0])
    assert client_of("cleo").post("/cases/categories/import/apply/", {"sheet": token}).status_code == 404
    assert (
        sun.post("/cases/categories/import/apply/", {"sheet": token[:-1] + "x"}).status_code == 302
        and state() == before
    )
    assert sun.post("/cases/categories/import/apply/", {"sheet": token}).status_code == 302
    lamp, made = scene.kinds["lamp"], Category.objects.get(scheme="local", code="10901")
    lamp.refresh_from_db()
    assert (lamp.synonyms, lamp.is_public, lamp.name_zh) == ("路灯 不亮", True, before[0][0]["name_zh"])  # type: ignore[index]
    assert list(made.standards.order_by("n").values_list("limit_value", flat=True)) == [2, 4]
    assert lamp.standards.get(retired_at__isnull=True, valid_to__isnull=True).limit_value == 1
    again = sent(sun, listed(LAMP, NEW, MORE))
    assert again.count("已经这样") == 3, "read in twice, nothing changes"
    batch = ImportBatch.objects.get()
    assert client_of("cleo").post(f"/cases/categories/import/{batch.pk}/undo/").status_code == 404
    assert sun.post(f"/cases/categories/import/{batch.pk}/undo/").status_code == 302
    assert state() == before
    assert sun.post(f"/cases/categories/import/{batch.pk}/undo/").status_code == 409 and damage() == []


def test_what_somebody_changed_since_stays(scene: Scene, client_of: Callable[[str], Client]) -> None:
    sun = client_of("sun")
    token = re.findall(r'name="sheet" value="([^"]+)"', sent(sun, listed(LAMP)))[0]
    sun.post("/cases/categories/import/apply/", {"sheet": unescape(token)})
    Category.objects.filter(pk=scene.kinds["lamp"].pk).update(synonyms="灯杆")
    answer = sun.post(f"/cases/categories/import/{ImportBatch.objects.get().pk}/undo/", follow=True)
    assert scene.kinds["lamp"].code in answer.content.decode()
    lamp = Category.objects.get(pk=scene.kinds["lamp"].pk)
    assert (lamp.synonyms, lamp.is_public) == ("灯杆", False)


@pytest.mark.parametrize(("row", "why"), [
    (NEW.replace("event", "thing"), "kind"), (NEW.replace(",2,work_hour", ",2,moon"), "limit_value"),
    (NEW.replace(",2,work_hour", ",0,work_hour"), "limit_value"),
    (NEW.replace(",2,work_hour", ",²,work_hour"), "limit_value"),
    (NEW.replace("挪开了", ""), "standard"), (NEW.replace("city_management", "else"), "10901"),
    (NEW.replace("共享单车围路", "长" * 61), "name_zh"), (NEW.replace(",yes,", ",maybe,"), "is_public"),
])  # fmt: skip
def test_one_wrong_row_keeps_the_whole_list_out(scene: Scene, row: str, why: str, tmp_path: Path) -> None:
    before, path, said = state(), tmp_path / "list.csv", io.StringIO()
    path.write_bytes(listed(LAMP, row))
    with pytest.raises(CommandError):
        call_command("import_categories", path, "--district=900107", "--apply", "--language=en", stdout=said)
    assert state() == before and why in said.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"a,b\n1,2", listed(NEW).replace("单车".encode(), b"\0"), b"scheme,code\n"]
)
def test_what_is_no_list_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(RuleBroken) as refused:
        read_lists(content)
    assert refused.value.code == "case.list_unreadable"


def test_a_command_tries_imports_and_takes_back(scene: Scene, tmp_path: Path) -> None:
    before, path = state(), tmp_path / "list.csv"
    path.write_bytes(listed(LAMP, NEW))

    def run(*given: object) -> str:
        said = io.StringIO()
        call_command("import_categories", *given, "--language=en", stdout=said)
        return said.getvalue()

    assert "A trial" in run(path, "--district=900107") and state() == before
    assert "New category" in run(path, "--district=900107", "--apply") and state() != before
    run("--undo", ImportBatch.objects.get().pk)
    assert state() == before
    with pytest.raises(CommandError):
        run("--undo", 10**9)


@pytest.mark.full
@pytest.mark.long_transaction("a thousand rows are loaded once, when a district begins")
def test_the_packaged_lists_read_in_again_change_nothing(town: object, scene: Scene) -> None:
    Standard.objects.all().delete()
    Category.objects.all().delete()
    load_reference_lists(district=scene.town.district, by=SYSTEM, valid_from=scene.day(0))
    for name in ("city_management.csv", "city_management_local.csv", "local_services.csv", "standards.csv"):
        rows = read_lists(resources.files("gridward.cases").joinpath("reference", name).read_bytes())
        tried = try_lists(district=scene.town.district, rows=rows, valid_from=scene.day(0), by=SYSTEM, at=scene.now)
        assert tried.is_clean and {one.what for one in tried.outcomes} <= {"已经这样"}, name

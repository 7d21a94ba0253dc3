"""Components from a file: looked at, taken in without the wrong lines, stopped, gone on with, taken back."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import Workbook

from gridward.core.coordinates import CoordinateSystem, wgs84_to_gcj02
from gridward.core.errors import RuleBroken
from gridward.registers.actions import change_component
from gridward.registers.actions.importing import import_file, try_file, undo_import
from gridward.registers.checks import CHECKS
from gridward.registers.models import Component
from gridward.registers.reading.incoming import keep_incoming
from gridward.work.actions import take_run
from gridward.work.ending import Ending
from gridward.work.models import ImportBatch, Run
from gridward.work.performing import perform_run
from tests.apps.cases.scene import LIUYIN_W
from tests.apps.registers.conftest import CODE, Register

HEAD = "部件标识码,部件名称,经度,纬度,养护单位,权属单位,部件状态,初始日期,所在单元网格"
GOOD = "90010701037000101,渡口路灯,113.9925,28.2050,maintenance,环境卫生管理处,破损,2021/05/01,{dukou}"
WRONG = {
    f"{CODE},,113.99,28.19,,,,,": "registers.code_taken",
    "90010899037000001,,113.9925,28.195,,,,,": "codes.component_elsewhere",
    "9.00107E+16,,113.9925,28.195,,,,,": "codes.component_rounded",
    "9001070137000001,,113.9925,28.195,,,,,": "codes.component_of_2013",
    "90010701037000201,,114.2,28.195,,,,,": "registers.outside_district",
    "90010701037000202,,113.9925,28.195,,,,,{xinqiao}": "registers.in_another_cell",
    "90010701037000203,,113.9925,28.195,,,,,123": "registers.cell_unknown",
    "90010701037000204,,113.9925,28.195,无此单位,,,,": "registers.body_unknown",
    "90010701037000205,,,28.195,,,,,": "registers.no_point",
    "90010701037000206,,113.9925,28.195,,,碎了,,": "registers.state_unknown",
    "90010701037000207,,113.9925,28.195,,,,2099-01-01,": "registers.day_unreadable",
    "90010701037000208,,113.9925,28.195,,,,,": "registers.code_twice",
}


def sheet(register: Register) -> bytes:
    lines = [HEAD, GOOD, *WRONG, "90010701037000208,,113.9926,28.195,,,,,"]
    return "\n".join(lines).format(**register.cells).encode("gb18030")


def tried(register: Register, content: bytes, crs: str = "wgs84", name: str = "部件.csv") -> Run:
    cast, at = register.scene.cast, register.scene.now
    run = try_file(district=register.scene.town.district, sha256=keep_incoming(io.BytesIO(content)), file_name=name,
                   crs=crs, by=cast.actor("dev"), at=at)  # fmt: skip
    return done(run)


def done(run: Run) -> Run:
    assert take_run(run=run, at=run.recorded_at)
    perform_run(run.pk, Ending())
    run.refresh_from_db()
    assert run.state == Run.State.DONE, run.message
    return run


def test_every_wrong_line_is_told_and_only_good_ones_are_taken_in(register: Register) -> None:
    run, by, at = tried(register, sheet(register)), register.scene.cast.actor("dev"), register.scene.now
    assert (run.cursor["good"], run.cursor["wrong"]) == (1, len(WRONG) + 1) and Component.objects.count() == 1
    with pytest.raises(RuleBroken, match="kept by the centre"):
        import_file(tried=run, by=register.scene.cast.actor("gao"), at=at)
    said = [row["en"] for row in run.cursor["told"]]
    catalogue = dict(zip(WRONG.values(), said, strict=False))
    assert len(said) == len(WRONG) + 1 and all(row["zh"] for row in run.cursor["told"])
    for code, words in {
        "registers.in_another_cell": "the point lies in", "codes.component_of_2013": "former standard",
        "codes.component_rounded": "spreadsheet", "registers.code_twice": "2 times",
        "registers.code_taken": "in the register already", "registers.no_point": "no point",
        "registers.outside_district": "outside", "registers.body_unknown": "no body",
    }.items():  # fmt: skip
        assert words in " ".join(catalogue[code]), code
    import_run = done(import_file(tried=run, by=by, at=at))
    assert import_file(tried=run, by=by, at=at) == import_run, "asked twice, it is one import"
    made = Component.objects.get(code="90010701037000101")
    assert (made.state, str(made.since), made.owner.code, made.maintainer.code, made.cell.code) == (
        "damaged", "2021-05-01", "sanitation", "maintenance", register.cells["dukou"],
    )  # fmt: skip
    assert [list(check()) for _, check in CHECKS] == [[], [], []]
    _taken_back(register, made)


def _taken_back(register: Register, made: Component) -> None:
    """What was changed since stays, and the same file can be read again afterwards."""
    by, at, batch = register.scene.cast.actor("dev"), register.scene.now, ImportBatch.objects.get()
    assert undo_import(batch=batch, by=by, at=at) == []
    assert not Component.objects.filter(retired_at__isnull=True, code=made.code).exists()
    with pytest.raises(RuleBroken, match="already"):
        undo_import(batch=batch, by=by, at=at)
    done(import_file(tried=tried(register, sheet(register)), by=by, at=at))
    again = Component.objects.get(code=made.code, retired_at__isnull=True)
    change_component(component=again, changes={"state": "intact"}, by=by, at=at)
    assert undo_import(batch=ImportBatch.objects.latest("pk"), by=by, at=at) == [made.code]


def _geojson() -> bytes:
    point = wgs84_to_gcj02([list(LIUYIN_W)])[0].tolist()
    one = {"type": "Feature", "properties": {"code": "90010701037000301"},
           "geometry": {"type": "Point", "coordinates": point}}  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": [one]}).encode()


def _xlsx() -> bytes:
    book, stream = Workbook(), io.BytesIO()
    book.active.append(["code", "lon", "lat"])
    book.active.append(["90010701037000301", *LIUYIN_W])
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("content", "crs"), [(_geojson, CoordinateSystem.GCJ02), (_xlsx, "cgcs2000")])
def test_maps_and_workbooks_are_read_in_the_system_they_are_in(
    register: Register, content: Callable[[], bytes], crs: str
) -> None:
    run = tried(register, content(), str(crs), "x")
    assert run.cursor["good"] == 1, run.cursor
    done(import_file(tried=run, by=register.scene.cast.actor("dev"), at=register.scene.now))
    made = Component.objects.get(code="90010701037000301")
    assert (made.position.x, made.position.y) == pytest.approx(LIUYIN_W, abs=1e-6)


def test_a_file_that_is_none_says_why_and_nothing_is_guessed(register: Register) -> None:
    for content, crs, words in (
        (b"code,lon,lat\n1,2,3", "", "does not state its coordinate system"),
        (b"code,lon\n1,2", "wgs84", "no column"), (b"\x00\x01", "wgs84", "No components could be read"),
        (b"code,lon,lat\n1,113000,28", "EPSG:9999", "not known here"),
    ):  # fmt: skip
        run = tried(register, content, crs)
        assert words in run.cursor["refusal"]["en"]
        with pytest.raises(RuleBroken, match="not been looked at"):
            import_file(tried=run, by=register.scene.cast.actor("dev"), at=register.scene.now)


def test_a_stopped_import_goes_on_where_it_was(
    register: Register, client_of: Callable[[str], Client], monkeypatch: Any
) -> None:
    monkeypatch.setattr("gridward.registers.actions.importing.CHUNK", 2)
    lines = [f"90010701037{n:06},113.9925,28.195" for n in range(401, 406)]
    run = tried(register, "\n".join(["code,lon,lat", *lines]).encode())
    asked = import_file(tried=run, by=register.scene.cast.actor("dev"), at=register.scene.now)
    dev = client_of("dev")
    assert dev.get(f"/components/import/{asked.pk}/")["Refresh"]
    assert take_run(run=asked, at=asked.recorded_at)
    Run.objects.filter(pk=asked.pk).update(is_stop_asked=True)
    perform_run(asked.pk, Ending())
    asked.refresh_from_db()
    assert asked.state == Run.State.STOPPED and Component.objects.count() == 3
    Run.objects.filter(pk=asked.pk).update(cursor={})  # cut off between the rows and the report of them
    dev.post(f"/components/import/{asked.pk}/steer/", {"do": "resume"})
    asked.refresh_from_db()
    assert done(asked).cursor["good"] == 5 and Component.objects.count() == 6
    assert "5 " in dev.get(f"/components/import/{asked.pk}/").content.decode()


def test_a_file_is_sent_and_taken_in_on_the_page(register: Register, client_of: Callable[[str], Client]) -> None:
    dev, file = client_of("dev"), io.BytesIO(b"code,lon,lat\n90010701037000501,113.9925,28.195")
    file.name = "lamps.csv"
    sent = dev.post("/components/import/", {"file": file, "crs": "wgs84"})
    run = done(Run.objects.get())
    page = dev.get(sent["Location"]).content.decode()
    assert 'value="import"' in page
    took = dev.post(f"/components/import/{run.pk}/steer/", {"do": "import"})
    done(Run.objects.latest("pk"))
    assert dev.get(took["Location"]).status_code == 200 and Component.objects.count() == 2
    assert "lamps.csv" in dev.get("/components/import/").content.decode()
    dev.post(f"/components/import/batches/{ImportBatch.objects.get().pk}/undo/")
    assert Component.objects.filter(retired_at__isnull=True).count() == 1


def test_the_command_looks_at_a_file_takes_it_in_and_takes_it_back(
    register: Register, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "lamps.csv"
    file.write_bytes(b"code,lon,lat\n90010701037000601,113.9925,28.195\n1,2,3")
    asked: dict[str, Any] = {"crs": "wgs84", "district": "900107"}
    call_command("import_components", str(file), **asked)
    told = capsys.readouterr()
    assert "1 lines are good, 1 are not" in told.out and "line 3" in told.err and Component.objects.count() == 1
    call_command("import_components", str(file), apply=True, **asked)
    assert Component.objects.count() == 2
    call_command("import_components", undo=ImportBatch.objects.get().pk)
    assert Component.objects.filter(retired_at__isnull=True).count() == 1
    for wrong in ({"file": None}, {"file": str(tmp_path / "none.csv")}, {"file": str(file), "crs": "moon"}):
        name = wrong.pop("file")
        with pytest.raises(CommandError):
            call_command("import_components", *([name] if name else []), **{**asked, **wrong})

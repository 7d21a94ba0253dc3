"""A folder becomes a district: what the files say, nothing else, whole or not at all."""

import json
import shutil
import uuid
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db.models import Sum

from gridward.accounts.models import Body, Grant, User
from gridward.areas.models import Division, GroundFeature
from gridward.cases.actions.moving import move_case
from gridward.cases.actions.reporting import Report, report_case
from gridward.cases.models import Case, Category, Standard
from gridward.core.actor import Actor
from gridward.core.coordinates import CoordinateSystem, Projection, convert
from gridward.core.geometry import to_metres
from gridward.districts.models import CalendarDay, District, WorkingCalendar
from gridward.grids.models import Cell, GridShape
from gridward.grids.queries import locate
from gridward.grids.reading.manifest import read_manifest
from gridward.grids.reading.preparing import prepare_district
from gridward.grids.shapes import to_shapely
from gridward.work import clock
from gridward.work.models import ImportBatch
from tests.shared_data import DATA, needs_data

FURONG = DATA / "furong"
LOCAL = Projection(114.0)
ROLES = ("acceptor", "dispatcher", "department", "handler", "supervisor", "duty_chief")
HALL = (113.0, 28.19)
pytestmark = [pytest.mark.django_db, pytest.mark.long_transaction("a whole district is one transaction")]


def import_folder(folder: Path, **options: Any) -> str:
    told = StringIO()
    call_command("import_district", str(folder), stdout=told, **options)
    return told.getvalue()


# --- a small folder of our own ------------------------------------------------------------------------


def write(folder: Path, name: str, shapes: list[tuple[shapely.Geometry, dict[str, Any]]]) -> None:
    """A GeoJSON file that says nothing of its coordinate system."""
    features = [
        {"type": "Feature", "properties": facts, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape, facts in shapes
    ]
    (folder / name).write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def small_folder(folder: Path, system: str = "wgs84") -> Path:
    """Two blocks with a strip between them, one road, one community, two grids; numbers in the given system."""
    folder.mkdir(parents=True, exist_ok=True)

    def moved(shape: shapely.Geometry) -> shapely.Geometry:
        if system.startswith("EPSG"):
            return to_metres(shape, LOCAL)
        return shapely.transform(shape, lambda xy: convert(xy, CoordinateSystem.WGS84, CoordinateSystem(system)))

    edges = ((114.0, 114.004), (114.0, 114.0019), (114.0019, 114.002), (114.002, 114.004))
    whole, west, strip, east = (shapely.box(one, 28.19, other, 28.192) for one, other in edges)
    road = shapely.LineString([(114.0, 28.191), (114.004, 28.191)])
    write(folder, "edge.geojson", [(moved(whole), {})])
    write(folder, "blocks.geojson", [(moved(shape), {}) for shape in (west, strip, east)])
    write(folder, "roads.geojson", [(moved(road), {"lines": 9})])
    write(folder, "grids.geojson", [
        (moved(shapely.union(west, strip)), {"nr": "900109001001C01", "households": 120, "of": "900109001001"}),
        (moved(east), {"nr": "900109001001C02", "households": 80, "of": "900109001001"}),
    ])  # fmt: skip
    (folder / "list.csv").write_text(
        "code,name\n900109000000,试区\n900109001000,试街道\n900109001001,试社区\n900109400000,试园区\n", "utf-8"
    )
    (folder / "district.toml").write_text(MANIFEST.replace("SYSTEM", system), "utf-8")
    return folder


MANIFEST = """
[district]
code6 = "900109"
name_zh = "试区"
name_en = "Trial District"
hotline = "0000-12345"
[boundary]
file = "edge.geojson"
source = "own drawing"
crs = "SYSTEM"
[[ground]]
file = "roads.geojson"
source = "own drawing"
bus_lines = "lines"
crs = "SYSTEM"
[blocks]
file = "blocks.geojson"
source = "own drawing"
crs = "SYSTEM"
[grids]
file = "grids.geojson"
source = "own drawing"
crs = "SYSTEM"
columns = { code = "nr", division = "of" }
[[divisions]]
file = "list.csv"
scheme = "local"
edition = "2026"
source = "own list"
"""


def test_a_described_folder_becomes_a_district_with_grids_in_force(tmp_path: Path, at: datetime) -> None:
    folder = small_folder(tmp_path / "trial")
    a_file_that_states_no_system_is_refused(folder)
    import_folder(folder, id=9, crs="wgs84")
    district = District.objects.get()
    assert (district.pk, district.code6, district.hotline) == (9, "900109", "0000-12345")
    assert district.name_en == "Trial District"
    assert list(Cell.objects.order_by("code").values_list("code", flat=True)) == ["900109B000001", "900109B000002"]
    assert set(GroundFeature.objects.values_list("kind", "source")) == {("arterial", "own drawing")}
    found = locate(district, 114.003, 28.191, day=at.date())
    shape = GridShape.objects.get(grid__code="900109001001C02", retired_at__isnull=True)
    assert (found.grid_id, shape.households, shape.valid_from) == (shape.grid_id, 80, at.date())
    offices_stand_by_their_own_names_and_nobody_is_invented()
    the_batch_says_which_files_were_read()


def a_file_that_states_no_system_is_refused(folder: Path) -> None:
    text = (folder / "district.toml").read_text("utf-8")
    (folder / "district.toml").write_text(text.replace('crs = "wgs84"', ""), "utf-8")
    with pytest.raises(CommandError, match="coordinate"):
        import_folder(folder)
    assert not District.objects.exists()


def offices_stand_by_their_own_names_and_nobody_is_invented() -> None:
    names = list(Body.objects.order_by("sort_key").values_list("kind", "name_zh", "parent__code"))
    assert names == [("district", "试区网格中心", None), ("subdistrict_office", "试街道办事处", "centre"),
                     ("subdistrict_office", "试园区", "centre")]  # fmt: skip
    assert (User.objects.count(), Case.objects.count()) == (0, 0)
    assert WorkingCalendar.objects.get().code == "office" and CalendarDay.objects.count() > 50
    assert Category.objects.count() > 400 and Standard.objects.count() > 1000


def the_batch_says_which_files_were_read() -> None:
    batch = ImportBatch.objects.get()
    assert (batch.kind, batch.file_name, len(batch.sha256)) == ("grids.import_district", "trial", 64)
    assert batch.report["cells"] == 2 and batch.report["grids"] == 2


@pytest.mark.full
@pytest.mark.parametrize("system", ["gcj02", "bd09", "EPSG:4547"])
def test_numbers_of_another_system_end_in_the_same_place(system: str, tmp_path: Path) -> None:
    ours, theirs = (prepare_district(read_manifest(small_folder(tmp_path / name.replace(":", ""), name)))
                    for name in ("wgs84", system))  # fmt: skip
    pairs = [
        (ours.outline, theirs.outline),
        *zip([c.shape for c in ours.cells], [c.shape for c in theirs.cells], strict=True),
    ]
    for one, other in pairs:
        assert to_metres(one, LOCAL).hausdorff_distance(to_metres(other, LOCAL)) < 0.001


def test_a_dry_run_does_everything_and_keeps_nothing(tmp_path: Path) -> None:
    told = import_folder(small_folder(tmp_path / "trial"), dry_run=True)
    assert "2 cells" in told and "nothing was kept" in told
    assert (District.objects.count(), Cell.objects.count(), Division.objects.count()) == (0, 0, 0)


@pytest.mark.full
def test_a_second_import_of_the_district_is_refused(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "trial")
    import_folder(folder)
    with pytest.raises(CommandError, match="900109"):
        import_folder(folder)
    assert (District.objects.count(), Cell.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("code,name", "kod,name"), "no column"),
        pytest.param(("900109001001,试社区", "900109001000,试社区"), "twice", marks=pytest.mark.full),
        pytest.param(("900109001001", "900108001001"), "900108001001", marks=pytest.mark.full),
    ],
)
def test_a_wrong_list_leaves_nothing_behind(wrong: tuple[str, str], said: str, tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "trial")
    listed = (folder / "list.csv").read_text("utf-8")
    (folder / "list.csv").write_text(listed.replace(*wrong), "utf-8")
    with pytest.raises(CommandError, match=said):
        import_folder(folder)
    assert (District.objects.count(), GroundFeature.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)


# --- the real district ----------------------------------------------------------------------------------


@needs_data
def test_furong_is_built_as_its_files_say_and_a_report_goes_through_the_seven_stages(at: datetime) -> None:
    import_folder(FURONG)
    district = District.objects.get(code6="430102")
    assert district.name_zh == "芙蓉区"
    assert abs(to_metres(to_shapely(district.outline), LOCAL).area - 44.28e6) < 5e4
    counts = {level: Division.objects.filter(scheme="nbs", is_in_use=True, level=level).count()
              for level in ("district", "subdistrict", "community")}  # fmt: skip
    assert counts == {"district": 1, "subdistrict": 14, "community": 83}
    assert not Division.objects.filter(outline__isnull=False).exists()
    assert 850 < Cell.objects.count() < 1126
    assert abs((Cell.objects.aggregate(all=Sum("area_m2"))["all"] or 0) - 44_268_592) < 1500
    assert (User.objects.count(), Case.objects.count(), GridShape.objects.count()) == (0, 0, 0)
    assert Body.objects.count() == 15
    the_two_official_lists_stand_side_by_side()
    a_report_goes_through_the_seven_stages(district, at)


def the_two_official_lists_stand_side_by_side() -> None:
    """One code names two subdistricts; a park holds a community; a name lacks the usual ending."""
    of_code = Division.objects.filter(code="430102013000")
    assert dict(of_code.values_list("scheme", "name_zh")) == {"nbs": "定王台街道", "mca": "东岸街道"}
    park = Division.objects.get(code="430102400498")
    assert (park.level, park.parent.name_zh if park.parent else "") == ("community", "隆平高科技园")
    assert Division.objects.get(code="430102010009").name_zh == "九道湾社区"


@needs_data
def test_the_two_boundary_files_are_one_boundary(tmp_path: Path) -> None:
    for name in ("furong_boundary_wgs84.geojson", "furong_boundary_gcj02.geojson"):
        (tmp_path / name[:-8]).mkdir()
        shutil.copy(FURONG / name, tmp_path / name[:-8] / name)
    folders = sorted(tmp_path.iterdir(), reverse=True)
    ours, theirs = (prepare_district(read_manifest(folder)).outline for folder in folders)
    assert to_metres(ours, LOCAL).hausdorff_distance(to_metres(theirs, LOCAL)) < 0.2


def a_report_goes_through_the_seven_stages(district: District, at: datetime) -> None:
    people = {role: person(district, role) for role in ROLES}
    category = Category.objects.filter(family="voice", needs_after_photo=False, is_about_body=False)[0]
    standard = category.standards.order_by("n")[0]
    report = Report(
        client_uuid=uuid.uuid4(), channel="online", category_id=category.pk, description="想问公园几点开门",
        place="火车站旁", position=HALL, token="t" * 22,
    )  # fmt: skip
    case = report_case(district=district, report=report, by=Actor(None, "resident", None, district.pk), at=at)
    assert case.cell_id and case.grid_id is None
    office = Body.objects.get(code="office-008")
    for role, move, given in (
        ("acceptor", "accept", {}),
        ("acceptor", "file", {"category": category.pk, "filing_condition": standard.pk, "duplicates_checked": True}),
        ("dispatcher", "dispatch", {"body": office.pk}),
        ("department", "accept_task", {"handler": people["handler"].user_id}),
        ("handler", "finish", {"result": "已经电话说明开放时间"}),
        ("department", "confirm", {}),
        ("acceptor", "ask_inspection", {"inspector": people["supervisor"].user_id}),
        ("supervisor", "inspect_pass", {}),
        ("duty_chief", "close", {"closing_condition": standard.pk, "reply": "公园每天六点开门，欢迎您来。"}),
    ):
        case = move_case(case=Case.objects.get(pk=case.pk), move=move, given=given, by=people[role], at=at)
    resident = Actor(None, "resident", None, district.pk)
    case = move_case(case=case, move="rate", given={"solved": True, "satisfied": 5}, by=resident, at=at)
    assert (case.state, case.stage, case.is_open) == ("evaluated", 7, False)


def person(district: District, role: str) -> Actor:
    """One person of the office near the station; departments' people belong to the office, the rest to the centre."""
    is_office = role in ("department", "handler")
    body = Body.objects.get(district=district, code="office-008" if is_office else "centre")
    now = clock.now()
    user = User.objects.create(district=district, username=role, name=f"示例{role}", password="!", recorded_at=now)
    scope = f"body:{body.pk}" if is_office else f"district:{district.pk}"
    Grant.objects.create(district=district, user=user, role=role, body=body, scope=scope,
                         valid_from=clock.now().date(), recorded_at=now)  # fmt: skip
    return Actor(user.pk, role, body.pk, district.pk)

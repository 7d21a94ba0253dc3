"""People from a sheet: tried row by row, made all or none, with slips, twice, undone."""

import io
import stat
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from gridward.accounts.actions import import_people, try_import, undo_import
from gridward.accounts.importing import PersonRow, SheetUnreadable, read_rows, read_sheet
from gridward.accounts.models import Grant, User
from gridward.audit.models import StepBody
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.grids.models import DutyPost
from gridward.work.models import ImportBatch
from tests.cast import Cast
from tests.town import Town

HEAD = ["用户名", "姓名", "单位", "身份", "社区或街道", "网格", "岗位"]


def lines(town: Town) -> list[list[str]]:
    grid = town.grids["dukou_w"].code
    return [
        ["meng", "孟想", "渡口居委会", "社区书记", "", "", ""],
        ["tang", "唐宁", "committee-dukou", "grid_worker", "", f"{grid}，{town.grids['dukou_e'].code}", "专职"],
        ["meng", "孟想", "渡口居委会", "网格长", "", grid, ""],
        ["hao", "郝明", "市政设施维护处", "处置人员", "", "", ""],
        ["lei", "雷雨", "centre", "受理员", "", "", ""],
    ]  # fmt: skip


def sheet(rows: list[list[str]], head: list[str] = HEAD) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in [head, *rows]:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def rows_of(town: Town, given: list[list[str]]) -> list[PersonRow]:
    return read_rows(town.district.pk, read_sheet(sheet(given)))


def apply(town: Town, at: datetime, given: list[list[str]] | None = None) -> ImportBatch:
    rows = rows_of(town, lines(town) if given is None else given)
    done = import_people(district=town.district, rows=rows, file_name="a.xlsx", sha256="0" * 64, by=SYSTEM, at=at)
    assert done.batch is not None
    return done.batch


def test_a_trial_says_what_would_happen_and_keeps_nothing(town: Town, at: datetime) -> None:
    tried = try_import(district=town.district, rows=rows_of(town, lines(town)), by=SYSTEM, at=at)
    assert [(o.line, o.key, o.problems) for o in tried.outcomes] == [
        (2, "meng", ()), (3, "tang", ()), (4, "meng", ()), (5, "hao", ()), (6, "lei", ()),
    ]  # fmt: skip
    assert not User.objects.exists() and not ImportBatch.objects.exists() and not DutyPost.objects.exists()


def test_an_import_makes_accounts_roles_and_posts(town: Town, at: datetime) -> None:
    apply(town, at)
    held = {(g.user.username, g.role, g.scope) for g in Grant.objects.select_related("user")}
    west, east = (f"grid:{town.grids[key].pk}" for key in ("dukou_w", "dukou_e"))
    assert held == {
        ("meng", "community_secretary", f"area:{town.divisions['dukou'].pk}"), ("meng", "grid_leader", west),
        ("tang", "grid_worker", west), ("tang", "grid_worker", east),
        ("hao", "handler", f"body:{town.bodies['maintenance'].pk}"), ("lei", "acceptor", "district:7"),
    }  # fmt: skip
    assert {(p.user.username, p.grid.code) for p in DutyPost.objects.select_related("user", "grid")} == {
        ("tang", town.grids["dukou_w"].code), ("tang", town.grids["dukou_e"].code),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["", "孟想", "centre", "受理员", "", "", ""], "用户名"),
        (["Meng Xiang", "孟想", "centre", "受理员", "", "", ""], "meng xiang"),
        (["meng", "孟想", "没有的单位", "受理员", "", "", ""], "没有的单位"),
        (["meng", "孟想", "centre", "国王", "", "", ""], "国王"),
        (["meng", "孟想", "centre", "居民", "", "", ""], "居民"),
        (["meng", "孟想", "centre", "网格员", "", "不存在", ""], "不存在"),
        (["meng", "孟想", "centre", "网格员", "", "", ""], ""),
        (["meng", "孟想", "maintenance", "社区书记", "", "", ""], "市政设施维护处"),
        (["meng", "孟想", "centre", "社区书记", "火星社区", "", ""], "火星社区"),
    ],
)
def test_a_wrong_line_is_named_and_stops_the_whole_sheet(town: Town, at: datetime, row: list[str], said: str) -> None:
    rows = rows_of(town, [*lines(town), row])
    tried = try_import(district=town.district, rows=rows, by=SYSTEM, at=at)
    wrong = [outcome for outcome in tried.outcomes if outcome.problems]
    assert 7 in [outcome.line for outcome in wrong]
    assert any(said in problem for outcome in wrong for problem in outcome.problems)
    with pytest.raises(RuleBroken):
        import_people(district=town.district, rows=rows, file_name="a", sha256="0" * 64, by=SYSTEM, at=at)
    assert not User.objects.exists()


def test_a_taken_username_is_a_wrong_line(town: Town, cast: Cast, at: datetime) -> None:
    tried = try_import(
        district=town.district, rows=rows_of(town, [["gao", "高原", "centre", "受理员", "", "", ""]]), by=SYSTEM, at=at
    )
    assert "gao" in tried.outcomes[0].problems[0]


def test_the_same_sheet_twice_changes_nothing_the_second_time(town: Town, at: datetime) -> None:
    apply(town, at)
    before = (User.objects.count(), Grant.objects.count(), DutyPost.objects.count())
    assert apply(town, at).report["grants"] == []
    assert (User.objects.count(), Grant.objects.count(), DutyPost.objects.count()) == before


def test_an_undone_import_leaves_no_role_and_frees_the_names(town: Town, at: datetime) -> None:
    batch = apply(town, at)
    assert undo_import(batch=batch, by=SYSTEM, at=at) == []
    assert not Grant.objects.filter(retired_at__isnull=True).exists()
    assert not User.objects.filter(is_active=True).exists()
    assert not User.objects.filter(username="meng").exists()
    apply(town, at)
    assert User.objects.get(username="meng").is_active


def test_who_signed_in_since_stays_and_is_named(town: Town, at: datetime) -> None:
    batch = apply(town, at)
    User.objects.filter(username="meng").update(last_login=at)
    assert [user.username for user in undo_import(batch=batch, by=SYSTEM, at=at)] == ["meng"]
    assert Grant.objects.filter(user__username="meng", retired_at__isnull=True).count() == 2


def test_an_import_is_undone_once(town: Town, at: datetime) -> None:
    batch = apply(town, at)
    undo_import(batch=batch, by=SYSTEM, at=at)
    with pytest.raises(RuleBroken) as broken:
        undo_import(batch=batch, by=SYSTEM, at=at)
    assert broken.value.code == "work.batch_undone"


@pytest.mark.parametrize("name", ["cleo", "wen", "nie", "finn"])
def test_only_administrators_import_and_undo(town: Town, cast: Cast, at: datetime, name: str) -> None:
    batch = apply(town, at)
    by = cast.actor(name)
    with pytest.raises(RuleBroken) as broken:
        import_people(district=town.district, rows=[], file_name="a", sha256="0" * 64, by=by, at=at)
    assert broken.value.code == "accounts.not_administrator"
    with pytest.raises(RuleBroken):
        undo_import(batch=batch, by=by, at=at)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 not really", b"\xff\xfe\x00\x00", b"a,b\n", b"x" * (6 * 2**20), b"a\n\0"]
)
def test_a_file_that_is_no_sheet_is_refused(content: bytes) -> None:
    with pytest.raises(SheetUnreadable):
        read_sheet(content)


def test_a_csv_in_the_old_chinese_encoding_is_read(town: Town) -> None:
    text = "\n".join(",".join(row) for row in [HEAD, ["meng", "孟想", "centre", "受理员", "", "", ""]])
    (row,) = read_rows(town.district.pk, read_sheet(text.encode("gb18030")))
    assert (row.name, row.role, row.problems) == ("孟想", "acceptor", ())


def test_the_command_tries_first_and_writes_slips_that_only_the_owner_reads(
    town: Town, at: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, slips = tmp_path / "people.xlsx", tmp_path / "slips.html"
    file.write_bytes(sheet(lines(town)))
    call_command("import_people", file, district="900107")
    assert not User.objects.exists()
    call_command("import_people", file, district="900107", apply=True, slips=slips)
    assert stat.S_IMODE(slips.stat().st_mode) == 0o600
    page, user = slips.read_text("utf-8"), User.objects.get(username="meng")
    slip = page.split("meng</code>")[1].split('<code class="code">')[1].split("<")[0]
    assert user.check_password(slip)
    assert not any(slip in body for body in StepBody.objects.values_list("body", flat=True))
    number = ImportBatch.objects.get().pk
    call_command("import_people", undo=number)
    assert not User.objects.filter(is_active=True).exists()
    with pytest.raises(CommandError):
        call_command("import_people", undo=number)


def test_the_command_refuses_a_sheet_with_a_wrong_line(town: Town, at: datetime, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(sheet([["meng", "孟想", "没有", "受理员", "", "", ""]]))
    with pytest.raises(CommandError):
        call_command("import_people", file, district="900107", apply=True)
    assert not User.objects.exists()

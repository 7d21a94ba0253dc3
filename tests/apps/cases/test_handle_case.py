"""What version 2 of the table brought to handling: interim results, costs, photos before, supervision, review days."""

from datetime import datetime, time
from importlib import import_module
from zoneinfo import ZoneInfo

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridward.cases.actions.contacts import new_token
from gridward.cases.models import Attachment, Case, Category
from gridward.cases.queries.consequences import consequence_of
from gridward.cases.queries.public import private_page
from gridward.work import clock
from tests.apps.cases.scene import RESIDENT, Scene, running
from tests.papers import office

LONG = "理由写得足够长，大家都看得懂。"


def test_the_reporter_reads_the_interim_results_that_are_meant_for_them_and_no_costs(scene: Scene) -> None:
    token = new_token()
    case = scene.brought_to("handling", token=token)
    due = case.due_at
    scene.move(case, "ben", "partial_result", result="灯杆已扶正，等新灯头。", for_reporter=True, photo=[scene.photo])
    scene.move(case, "deng", "partial_result", result="灯头要从外地调。", photo=[scene.photo])
    scene.move(case, "deng", "note_cost", used_for="灯头一个", cost_fen=128_50)
    case = scene.move(case, "ben", "note_cost", used_for="记错，冲回", cost_fen=-28_50)
    assert (case.state, case.due_at) == ("handling", due)
    page = private_page(token, district_id=scene.town.district.pk, at=scene.now)
    assert page and [one.words for one in page.interim] == ["灯杆已扶正，等新灯头。"]
    assert [(photo.kind, photo.is_for_reporter) for photo in page.photos] == [("progress", True)]
    client = Client()
    client.force_login(scene.cast["deng"])
    shown = client.get(f"/cases/{case.number}/").content.decode()
    assert "¥100.00" in shown and "−¥28.50" in shown and "灯头要从外地调。" in shown
    private = client.get(f"/r/{token}/").content.decode()
    assert "灯杆已扶正" in private and "灯头要从外地调" not in private and "128.50" not in private
    assert scene.refusal(case, "ben", "note_cost", used_for="太多", cost_fen=10**10) == "case.cost_too_large"


def test_a_photo_before_is_asked_where_the_category_asks_and_none_shows_it_yet(scene: Scene) -> None:
    Category.objects.filter(pk=scene.kinds["lamp"].pk).update(needs_before_photo=True)
    case = scene.brought_to("handling")
    assert scene.refusal(case, "ben", "finish", result="灯已修好。") == "case.evidence_missing"
    scene.move(case, "ben", "partial_result", result="到现场了。", before_photo=[scene.photo])
    case = scene.move(case, "ben", "finish", result="灯已修好。")
    assert list(Attachment.objects.filter(case=case).values_list("kind", flat=True)) == ["before"]
    other = scene.move(scene.brought_to("handling"), "ben", "finish", result="灯已修好。", before_photo=[scene.photo])
    assert other.state == "handled"


def test_supervision_is_answered_by_a_day_ahead_and_lifted_by_who_may_set_it(scene: Scene) -> None:
    case = scene.brought_to("handling")
    early = {"supervision_kind": "leader", "reply_by": scene.day(-1)}
    assert scene.refusal(case, "zhao", "supervise", **early) == "case.reply_by_in_past"
    assert scene.refusal(case, "zhao", "lift_supervision", reason=LONG) == "case.not_supervised"
    case = scene.make(case, "zhao", "supervise")
    assert case.is_supervised
    assert scene.refusal(case, "deng", "lift_supervision", reason=LONG) == "workflow.not_your_role"
    assert not scene.make(case, "hui", "lift_supervision").is_supervised


def test_who_says_within_thirty_days_that_it_is_not_solved_has_it_reopened_under_its_number(scene: Scene) -> None:
    case = scene.move(scene.brought_to("closed"), RESIDENT, "rate", solved=False)
    number, body = case.number, case.body
    case = scene.move(case, RESIDENT, "reopen_unsolved", reason=LONG)
    assert (case.number, case.state, case.body, case.is_open) == (number, "rework", body, True)
    assert (case.reopen_count, case.rework_count) == (1, 1)
    late = scene.make(scene.brought_to("inspection"), "zhao", "force_close")
    assert scene.move(late, RESIDENT, "rate", solved=True).state == "forced_closed"
    assert scene.refusal(late, RESIDENT, "rate", solved=True) == "case.rated_before"
    scene.later(days=31)
    assert scene.refusal(late, RESIDENT, "reopen_unsolved", reason=LONG) == "case.reopening_over"


def test_papers_come_with_a_move_and_go_only_to_who_may_read_the_case(scene: Scene) -> None:
    case = scene.brought_to("handling")
    client = Client()
    client.force_login(scene.cast["ben"])
    address = f"/cases/{case.number}/moves/partial_result/"
    form = client.get(address).context["form"]
    given = {"result": "报价单在附件里。", "action_uuid": form["action_uuid"].value(), "seen_n": case.step_n}
    macros, papers = SimpleUploadedFile("a.docx", office("docm")), office("docx")
    refused = client.post(address, {**given, "paper": [macros]})
    assert refused.status_code == 422 and ("宏" in (said := refused.content.decode()) or "macros" in said)
    sent = client.post(address, {**given, "paper": [SimpleUploadedFile("示例报价.docx", papers)]})
    assert sent.status_code == 302
    [paper] = Attachment.objects.filter(case=case)
    assert (paper.kind, paper.name, paper.file.references) == ("paper", "示例报价", 1)
    assert "示例报价 (Word)" in client.get(f"/cases/{case.number}/").content.decode()
    answer = client.get(f"/cases/photos/{paper.public_id}/")
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == papers
    client.force_login(scene.cast["finn"])
    assert client.get(f"/cases/photos/{paper.public_id}/").status_code in (302, 404)


def test_a_case_of_version_one_goes_on_by_it(scene: Scene) -> None:
    Category.objects.filter(pk=scene.kinds["lamp"].pk).update(table="seven_stages@1")
    scene.kinds["lamp"].refresh_from_db()
    case = scene.brought_to("handling")
    assert case.table == "seven_stages@1"
    assert scene.refusal(case, "ben", "partial_result", result="灯杆已扶正。") == "workflow.unknown_move"
    case = scene.make(scene.make(case, "ben", "finish"), "deng", "confirm")
    case = scene.make(scene.make(case, "zhao", "close_unresolved"), "cleo", "reopen")
    assert (case.state, case.table) == ("pending_dispatch", "seven_stages@1")
    client = Client()
    client.force_login(scene.cast["cleo"])
    assert client.get(f"/cases/{case.number}/").status_code == 200
    assert "seven_stages@1" in client.get("/cases/workflow/?table=seven_stages@1").content.decode()


def test_categories_of_the_first_version_take_the_second(scene: Scene) -> None:
    Category.objects.filter(pk=scene.kinds["lamp"].pk).update(table="seven_stages@1")
    Category.objects.filter(pk=scene.kinds["meal"].pk).update(table="other@3")
    case = scene.report("pothole")
    migration = import_module("gridward.cases.migrations.0004_cases_take_seven_stages_2")
    migration.take(apps, migration.OLD, migration.NEW)
    tables = dict(Category.objects.values_list("code", "table"))
    assert (tables["lamp"], tables["meal"], tables["pothole"]) == ("seven_stages@2", "other@3", "seven_stages@2")
    assert Case.objects.get(pk=case.pk).table == case.table


def test_a_dialog_says_what_an_extension_or_a_suspension_would_mean_as_it_then_comes(scene: Scene) -> None:
    case = scene.brought_to("handling", "meal")
    before = running(case, "handle").due_at, case.total_due_at
    told = consequence_of(case, "extend", until=None, at=scene.now)
    asked = scene.make(case, "deng", "ask_extension")
    case = scene.make(asked, "dev", "grant_extension")
    assert told and (told.handle_before, told.total_before, told.n, told.most) == (*before, 1, 2)
    assert (told.handle_after, told.total_after) == (running(case, "handle").due_at, case.total_due_at)
    case = scene.move(case, "deng", "ask_suspension", reason=LONG, until=scene.day(12))
    client = Client()
    client.force_login(scene.cast["dev"])
    with clock.standing_at(scene.now):
        page = client.get(f"/cases/{case.number}/moves/grant_suspension/")
    told = page.context["consequence"]
    assert told.until == scene.day(12) and str(scene.day(12)) in page.content.decode()
    case = scene.move(case, "dev", "grant_suspension", until=scene.day(12))
    scene.now = datetime.combine(scene.day(12), time(), ZoneInfo("Asia/Shanghai"))
    case = scene.make(case, "deng", "resume")
    assert (told.handle_after, told.total_after) == (running(case, "handle").due_at, case.total_due_at)
    assert consequence_of(case, "suspend", until=None, at=scene.now) is None
    scene.later(days=60)
    assert consequence_of(case, "extend", until=None, at=scene.now) is None, "late: a rule would refuse it"


def test_the_desk_sees_moves_in_groups_and_who_has_how_much_in_hand(scene: Scene) -> None:
    scene.brought_to("handling")
    case = scene.brought_to("pending_handle", "pothole")
    client = Client()
    client.force_login(scene.cast["deng"])
    form = client.get(f"/cases/{case.number}/moves/accept_task/").content.decode()
    assert f"{scene.cast['ben'].name} — " in form and "1" in form.split(f"{scene.cast['ben'].name} — ")[1][:12]
    case = scene.make(case, "deng", "accept_task")
    panel = client.get(f"/cases/{case.number}/").context["panel"]["allowed"]
    codes = [row["url"].split("/")[-2] for row in panel]
    assert codes[0] == "make_safe", "danger first"
    groups = {row["url"].split("/")[-2]: row["group"] for row in panel}
    assert groups["make_safe"] == "" and groups["partial_result"] == groups["note_cost"] == groups["supplement"] != ""
    assert groups["ask_extension"] not in ("", groups["note_cost"], groups["reassign"])


def test_what_cannot_be_solved_now_stands_in_a_list_and_comes_back_to_the_duty_chief_on_its_day(scene: Scene) -> None:
    case = scene.make(scene.brought_to("feedback"), "zhao", "close_unresolved")
    client = Client()
    client.force_login(scene.cast["zhao"])

    def seen(address: str) -> str:
        with clock.standing_at(scene.now):
            return client.get(address).content.decode()

    assert case.number in seen("/cases/unsolved/") and case.number not in seen("/work/")
    assert case.number in seen("/cases/?condition=unsolved") and case.number not in seen("/cases/?condition=special")
    scene.later(days=60)
    assert case.number in seen("/work/")
    scene.move(case, "zhao", "keep_unresolved", explanation=LONG, review_on=scene.day(30))
    assert case.number not in seen("/work/") and str(scene.day(30).year) in seen("/cases/unsolved/")
    client.force_login(scene.cast["finn"])
    assert case.number not in seen("/cases/unsolved/")

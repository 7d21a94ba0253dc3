"""The forms of a case on paper: each for a walked case in both languages, by whom, many at once, and whose name."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gridward.audit.models import Read
from gridward.cases.actions.contacts import Reporter
from gridward.cases.forms.papers import PaperChoiceForm
from gridward.cases.models import Case
from gridward.cases.queries.paper_fields import FIELDS
from gridward.cases.templatetags.joint import JOINT_STEPS
from gridward.core.papers.forms import load
from gridward.core.workflow import parse as workflow
from gridward.districts.models import District
from tests.apps.cases.scene import XINQIAO, Scene

NAME, PHONE = "石榴红珊", "13700002468"
LONG = "灯杆倾斜，晚上看不清路。👵🏽🦯\n" * 125  # 2,000 characters with line ends and joined emoji
FORMS = load().forms


def walked(scene: Scene) -> Case:
    """A case that was verified, extended, supervised, handled, inspected and closed: it has had ten papers."""
    case = scene.report(reporter=Reporter(NAME, PHONE))
    scene.later(minutes=1)
    case = scene.move(case, "cleo", "ask_verification", verifier=scene.cast["eva"].pk, words="看灯杆有没有电")
    case = scene.move(case, "eva", "verify_true", words="确实不亮")
    case = scene.make(case, "cleo", "file")
    case = scene.move(case, "dev", "dispatch", body=scene.town.bodies["maintenance"].pk, words="先断电再修")
    case = scene.make(case, "deng", "accept_task")
    case = scene.move(case, "deng", "ask_extension", reason="配件要从市里调运过来")
    case = scene.move(case, "dev", "grant_extension", reason="同意，抓紧办")
    case = scene.move(case, "zhao", "supervise", supervision_kind="leader", reply_by=scene.day(3), words="请加快办理")
    case = scene.move(case, "deng", "reply_supervision", reply="今天下午换灯")
    scene.later(minutes=1)
    case = scene.make(case, "ben", "finish")
    return case


def closed(scene: Scene) -> Case:
    case = walked(scene)
    case = scene.move(case, "deng", "confirm", words="已复看")
    case = scene.make(case, "cleo", "ask_inspection")
    case = scene.make(case, "eva", "inspect_pass")
    return scene.make(case, "cai", "close")


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


SAID: dict[str, tuple[str, ...]] = {
    "report": ("问题登记单", "2026年3月4日 10:00", "路灯不亮", "巷口的灯不亮", "柳荫巷口", "受理员"),
    "verification": ("核实任务单", "易芳", "看灯杆有没有电", "核实属实", "确实不亮", "柯敏（受理员"),
    "filing": ("立案单", "发现即立案", "恢复正常", "4 个工作时", "立案人"),
    "task": ("任务分派单", "卞军", "先断电再修", "戴伟（派遣员", "邓敏（承办单位", "1 次"),
    "feedback": ("处置反馈单", "灯已修好。", "已复看", "卞军（处置人员", "按时"),
    "inspection": ("核查任务单", "灯已修好。", "核查通过", "易芳（网格员"),
    "result": ("办理结果告知书", "＿＿＿＿＿＿：", "您反映的灯已修好，谢谢。", "已经办好", "告知单位（盖章）"),
    "approval": ("延期/挂账审批单", "延期", "配件要从市里调运过来", "同意，抓紧办", "邓敏（承办单位", "戴伟（派遣员"),
    "supervision": ("督办单", "领导交办", "2026年3月7日", "请加快办理", "今天下午换灯", "赵启明（值班长"),
    "archive": ("归档封面", "1. 问题登记单  2026年3月4日", "任务分派单", "延期 1", "0 天"),
}


def test_each_form_of_a_walked_case_says_what_happened(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, client = closed(scene), client_of("zhao")
    listed = page(client, f"/cases/{case.number}/papers/")
    assert {code for code in FORMS if f"/papers/{code}/" in listed} == set(SAID)
    for code, expected in SAID.items():
        text = page(client, f"/cases/{case.number}/papers/{code}/")
        missing = [words for words in (*expected, case.number) if words not in text]
        assert not missing, f"{code}: {missing}"
        assert NAME not in text and PHONE not in text
        english = page(client, f"/cases/{case.number}/papers/{code}/?in=en")
        assert f"<h2>{FORMS[code].en}</h2>" in english and "March 2026" in english and "示例" not in english
    plain = page(client, f"/cases/{case.number}/papers/result/?plain=1")
    assert "paper large letter" in plain and "您好！" in plain and "您告诉我们" in plain
    for who in ("柯敏", "蔡莉", "卞军"):  # whom the reporter need not know by name
        assert who not in plain


def test_papers_of_other_ends_and_of_the_way(scene: Scene, client_of: Callable[[str], Client]) -> None:
    client = client_of("zhao")
    refused = scene.make(scene.report(), "cleo", "refuse")
    text = page(client, f"/cases/{refused.number}/papers/not_accepted/")
    assert "不予受理告知书" in text and "理由写得足够长" in text and "民政局" in text
    unfiled = scene.make(scene.make(scene.report(), "cleo", "accept"), "zhao", "refuse_filing")
    text = page(client, f"/cases/{unfiled.number}/papers/not_filed/")
    assert "不予立案告知书" in text and "民政局" not in text
    handling = scene.brought_to("handling", "pothole")
    joint = page(client, f"/cases/{handling.number}/papers/joint/")
    assert "联合处置单" in joint and "协办单位" in joint and "紧急" in joint
    assert "消除隐患期限" in page(client, f"/cases/{handling.number}/papers/task/")
    suspended = scene.make(scene.make(handling, "deng", "ask_suspension"), "dev", "grant_suspension")
    text = page(client, f"/cases/{suspended.number}/papers/approval/")
    assert "挂账" in text and "2026年4月3日" in text
    unresolved = scene.make(scene.brought_to("feedback"), "zhao", "close_unresolved")
    text = page(client, f"/cases/{unresolved.number}/papers/result/")
    assert "暂时不能解决" in text and "2026年5月3日再次研究" in text
    spot = scene.make(scene.report("litter"), "eva", "self_handle")
    assert "当场清理干净" in page(client, f"/cases/{spot.number}/papers/result/")


def test_a_paper_that_no_longer_fits_is_not_there(scene: Scene, client_of: Callable[[str], Client]) -> None:
    client, case = client_of("zhao"), scene.brought_to("pending_handle")
    assert client.get(f"/cases/{case.number}/papers/task/").status_code == 200
    scene.make(case, "deng", "return_task")
    for code in ("task", "feedback", "result", "approval", "nonsense"):
        assert client.get(f"/cases/{case.number}/papers/{code}/").status_code == 404
    steps = f"/cases/{case.number}/papers/report/?step="
    assert [client.get(steps + n).status_code for n in ("1", "2", "x", "9" * 30)] == [200, 404, 404, 404]


@pytest.mark.parametrize(("who", "may", "may_not"), [
    ("deng", {"task", "feedback", "approval", "supervision"}, {"report", "verification", "filing", "joint", "archive"}),
    ("ben", {"task", "feedback", "approval"}, {"report", "supervision", "inspection"}),
    ("eva", {"report", "verification", "feedback"}, {"task", "approval", "supervision", "filing"}),
    ("shu", {"report"}, {"task", "filing", "feedback"}), ("finn", set(), set(FORMS)), ("ivy", set(), set(FORMS)),
])  # fmt: skip
def test_who_may_print_what(
    scene: Scene, client_of: Callable[[str], Client], who: str, may: set[str], may_not: set[str]
) -> None:
    case, client = walked(scene), client_of(who)
    got = {code: client.get(f"/cases/{case.number}/papers/{code}/").status_code for code in may | may_not}
    assert got == {code: 200 if code in may else 404 for code in got}
    listed = client.get(f"/cases/{case.number}/papers/").content.decode()
    assert {code for code in FORMS if f"/papers/{code}/" in listed} == may
    sent = client.get(f"/cases/papers/sheets/?form=report&number={case.number}")
    assert sent.status_code == (200 if "report" in may else 404)


def test_who_reported_is_printed_only_by_a_press_that_leaves_a_row(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, client = walked(scene), client_of("cleo")
    address = f"/cases/{case.number}/papers/report/"
    assert NAME not in page(client, address) and not Read.objects.exists()
    opened = client.post(address)
    assert NAME in opened.content.decode() and PHONE in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    assert Read.objects.get().purpose == "call_back" and not Read.objects.get().was_refused
    assert client_of("dev").post(address).status_code == 403
    assert Read.objects.filter(was_refused=True).count() == 1
    task = client.post(f"/cases/{case.number}/papers/task/").content.decode()
    assert NAME not in task and Read.objects.count() == 2


def test_long_words_and_emoji_are_printed_whole(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.report(description=LONG[:2000])
    text = page(client_of("cleo"), f"/cases/{case.number}/papers/report/")
    assert text.count("👵🏽🦯") == LONG[:2000].count("👵🏽🦯") > 100
    sly = scene.report(place="<b>{{number}}</b>", description="{{phone}} & {% x %}")
    text = page(client_of("cleo"), f"/cases/{sly.number}/papers/report/")
    assert "&lt;b&gt;{{number}}&lt;/b&gt;" in text and "{{phone}} &amp; {% x %}" in text


def test_the_tasks_of_a_day_are_printed_together(
    scene: Scene, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = scene.brought_to("pending_handle"), scene.brought_to("pending_handle", position=XINQIAO)
    other = scene.brought_to("pending_dispatch")
    other = scene.move(other, "dev", "dispatch", body=scene.town.bodies["sanitation"].pk)
    client = client_of("dev")
    listed = page(client, "/cases/papers/?form=task")
    assert all(f'value="{case.number}"' in listed for case in (ours, theirs, other))
    listed = page(client, "/cases/papers/?form=task&day=2026-03-04&body=maintenance")
    assert f'value="{ours.number}"' in listed and f'value="{other.number}"' not in listed
    assert ours.number not in page(client, "/cases/papers/?form=task&day=2026-03-03")
    assert page(client, "/cases/papers/?form=nonsense") and page(client, "/cases/papers/?form=task&day=9999-99-99")
    numbers = "&".join(f"number={case.number}" for case in (other, ours, theirs))
    text = page(client, f"/cases/papers/sheets/?form=task&{numbers}")
    assert text.count("<article") == 3 and text.rindex(other.number) < text.rindex(ours.number)
    monkeypatch.setattr(PaperChoiceForm, "MOST", 2)
    cut = page(client, "/cases/papers/?form=task")
    assert cut.count('name="number"') == 2 and "超过 2 件" in cut
    desk = client_of("deng")
    mine = page(desk, f"/cases/papers/sheets/?form=task&{numbers}")
    assert "1 件已往下走，或您看不到" in mine
    mine = mine.partition("<article")[2]
    too_many = "&".join(f"number={n}" for n in range(101))
    assert desk.get(f"/cases/papers/sheets/?form=task&{too_many}").status_code == 422
    assert ours.number in mine and other.number not in mine
    assert desk.get(f"/cases/papers/sheets/?form=task&number={other.number}").status_code == 404


def test_four_papers_take_as_many_statements_as_one(scene: Scene, client_of: Callable[[str], Client]) -> None:
    client, cases = client_of("dev"), [scene.brought_to("pending_handle") for _ in range(4)]
    page(client, "/cases/papers/?form=task")
    counted = []
    for wanted in (cases[:1], cases):
        numbers = "&".join(f"number={case.number}" for case in wanted)
        with CaptureQueriesContext(connection) as asked:
            assert page(client, f"/cases/papers/sheets/?form=task&{numbers}").count("<article") == len(wanted)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_a_paper_of_an_example_district_says_so(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case, client = scene.report(), client_of("cleo")
    assert "paper-mark" not in page(client, f"/cases/{case.number}/papers/report/")
    District.objects.filter(pk=case.district_id).update(is_demo=True)
    assert "示例 · 地点、案卷和人物都是虚构的" in page(client, f"/cases/{case.number}/papers/report/")


def test_every_field_is_filled_and_every_step_is_of_a_table() -> None:
    assert set(FIELDS) | {"reporter", "phone", "printed_on"} == set(load().fields)
    tables = [workflow.load(name) for name in workflow.names()]
    moves = {code for table in tables for code in table.moves}
    states = {code for table in tables for code in table.states}
    requests = {move.request for table in tables for move in table.moves.values()}
    for form in FORMS.values():
        signing = {move for sign in form.signs for move in sign.moves}
        assert form.after | signing <= moves | set(JOINT_STEPS), form.code
        assert form.states <= states and form.asks <= requests, form.code

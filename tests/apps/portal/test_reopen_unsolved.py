"""“Not solved”: the reporter opens the case again under its number, twice, and no step of it is hidden."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from gridward.cases.models import Case, CaseStep, Rating
from tests.apps.cases.scene import damage, picture, steps
from tests.apps.portal.door import Door
from tests.apps.portal.test_follow_report import bring, followed

AGAIN = (("dev", "redo"), ("ben", "finish"), ("deng", "confirm"), ("cleo", "ask_inspection"), ("eva", "inspect_pass"),
         ("cai", "close"))  # fmt: skip
WRONG = "灯修好一天又不亮了"


def done_again(door: Door, case: Case) -> Case:
    for name, move in AGAIN:
        door.scene.later(minutes=10)
        case = door.scene.make(case, name, move)
    return case


def test_the_case_that_reopens_twice(door: Door, client_of: Callable[[str], Client]) -> None:
    sent = door.report()
    case = bring(door, sent.case, "closed")
    number, shown = case.number, sent.page()
    assert "没有解决？请继续办" in shown and 'id="unsolved" open' not in shown
    rated = sent.do("rate", "rate", solved="no", satisfied="2", words="只修了一半")
    assert rated.status_code == 302 and rated["Location"].endswith("?unsolved#unsolved")
    assert 'id="unsolved" open' in door.get(rated["Location"].split("#")[0]).content.decode()
    assert sent.do("reopen_unsolved", "unsolved", words="短").status_code == 422
    for round in (1, 2):
        answer = sent.do("reopen_unsolved", "unsolved", words=WRONG, photos=[picture(60 + round)])
        assert answer.status_code == 302
        case = Case.objects.get()
        assert (case.number, case.state, case.reopen_count, case.is_open) == (number, "rework", round, True)
        assert "重新办理" in sent.page() and "do/reopen_unsolved/" not in sent.page()
        case = done_again(door, case)
        assert sent.do("rate", "rate", solved="yes" if round == 2 else "no").status_code == 302
    assert [row.round for row in Rating.objects.order_by("round")] == [0, 1, 2]
    assert [row.is_solved for row in Rating.objects.order_by("round")] == [False, False, True]
    assert steps(case).count("reopen_unsolved") == 2 and case.told_at == sent.case.told_at and damage() == []
    assert WRONG in client_of("deng").get(f"/cases/{number}/").content.decode(), "who does it again reads what is wrong"


def test_who_did_the_work_reads_no_rating_and_others_do(door: Door, client_of: Callable[[str], Client]) -> None:
    sent = door.report()
    case = bring(door, sent.case, "closed")
    assert sent.do("rate", "rate", solved="no", satisfied="1", words="态度也不好").status_code == 302
    case.refresh_from_db()
    for name in ("ben", "deng"):
        for page in ("", "print/"):
            told = client_of(name).get(f"/cases/{case.number}/{page}").content.decode()
            assert "态度也不好" not in told and "1/5" not in told, name
    assert "态度也不好" in client_of("cleo").get(f"/cases/{case.number}/").content.decode()


def test_only_the_reporter_and_only_within_thirty_days(door: Door) -> None:
    sent = door.report()
    address = followed(door, sent.case)
    bring(door, sent.case, "closed")
    forged: dict[str, Any] = {"unsolved-action_uuid": "0" * 32, "unsolved-words": WRONG}
    door.post(f"{address}do/reopen_unsolved/", forged)
    door.scene.later(days=30)
    assert "do/reopen_unsolved/" in sent.page()
    door.scene.later(seconds=1)
    assert "do/reopen_unsolved/" not in sent.page() and "do/ask_review/" in sent.page()
    door.post(f"{sent.address}do/reopen_unsolved/", forged)
    assert not CaseStep.objects.filter(verb="cases.reopen_unsolved").exists()


def test_twice_clicked_is_opened_once_and_a_refused_report_is_not_worked_on_again(door: Door) -> None:
    other = door.report(description="另一处的灯也不亮")
    door.scene.make(other.case, "cleo", "refuse")
    assert "do/reopen_unsolved/" not in other.page()
    sent = door.report()
    bring(door, sent.case, "closed")
    form = {"unsolved-action_uuid": "1" * 32, "unsolved-words": WRONG}
    for _ in range(2):
        assert door.post(f"{sent.address}do/reopen_unsolved/", form).status_code == 302
    assert Case.objects.get(pk=sent.case.pk).reopen_count == 1

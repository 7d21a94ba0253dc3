"""The operator's page: all of it for whoever runs the district's system, one's own for a body's administrator."""

import pytest

from gridward.accounts.models import Grant
from gridward.audit.models import Entry
from gridward.districts.models import District
from gridward.work.models import Delivery, Pulse, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked(town, at) -> Delivery:
    return Delivery.objects.create(
        district=town.district, table="audit.Entry", step_id=1, handler="tests.notify", attempts=8, due_at=at,
        state=Delivery.State.PARKED, error="ConnectionError at jobs.py:12 notify",
    )  # fmt: skip


@pytest.fixture
def run(town, at) -> Run:
    return Run.objects.create(district=town.district, kind="tests.count", total=40, progress=12, recorded_at=at,
                              state=Run.State.RUNNING, heartbeat_at=at)  # fmt: skip


def test_one_page_shows_what_was_parked_what_runs_and_which_duty_is_silent(client_of, cast, parked, run, at):
    Pulse.objects.create(name="vault.seal", at=at)
    Pulse.objects.create(name="files.sweep", at=at.replace(hour=1))
    page = client_of("sun").get("/background/").content.decode()
    for words in ("tests.notify", "ConnectionError", "重发", "tests.count", "停下", "没有动静", "正常"):
        assert words in page


@pytest.mark.parametrize("who", ["cleo", "zhao", "wen", "pan", "nie", "ivy"])
def test_for_everybody_else_there_is_no_such_page(client_of, cast, parked, run, who):
    client = client_of(who)
    assert client.get("/background/").status_code == 404
    assert client.post(f"/background/deliveries/{parked.pk}/retry/").status_code == 404
    assert client.post(f"/background/runs/{run.pk}/stop/").status_code == 404
    parked.refresh_from_db()
    assert parked.state == Delivery.State.PARKED


def test_without_sign_in_one_is_asked_to(client, cast):
    assert client.get("/background/").url.startswith("/accounts/login/")


def test_a_parked_follow_up_is_sent_again_with_a_row_that_says_who(client_of, cast, parked):
    sun = client_of("sun")
    assert sun.get(f"/background/deliveries/{parked.pk}/retry/").status_code == 405
    assert sun.post(f"/background/deliveries/{parked.pk}/retry/").status_code == 302
    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == (Delivery.State.WAITING, 0)
    assert Entry.objects.get(verb="work.retry_delivery").by_id == cast["sun"].pk
    second = sun.post(f"/background/deliveries/{parked.pk}/retry/")
    assert second.status_code == 409 and "已经不在停放清单里" in second.content.decode()


def test_a_run_is_stopped_and_resumed(client_of, cast, run):
    sun = client_of("sun")
    sun.post(f"/background/runs/{run.pk}/stop/")
    run.refresh_from_db()
    assert run.is_stop_asked and run.state == Run.State.RUNNING
    assert sun.post(f"/background/runs/{run.pk}/resume/").status_code == 409
    Run.objects.update(state=Run.State.STOPPED)
    sun.post(f"/background/runs/{run.pk}/resume/")
    run.refresh_from_db()
    assert (run.state, run.is_stop_asked, run.progress) == (Run.State.WAITING, False, 12)


def test_another_districts_work_is_not_there(client_of, cast, parked, run):
    other = District.objects.create(id=4002, code6="990102", name_zh="乙区", name_en="B")
    Delivery.objects.update(district=other)
    Run.objects.update(district=other)
    sun = client_of("sun")
    assert "tests.notify" not in sun.get("/background/").content.decode()
    assert sun.post(f"/background/deliveries/{parked.pk}/retry/").status_code == 404
    assert sun.post(f"/background/runs/{run.pk}/stop/").status_code == 404


def test_a_bodys_administrator_sees_and_stops_only_what_they_asked_for(client_of, cast, town, parked, run, at):
    office = town.bodies["office_liuan"]
    Grant.objects.create(district=town.district, user=cast["hui"], role="sysadmin", body=office,
                         scope=f"body:{office.pk}", valid_from=at.date(), recorded_at=at)  # fmt: skip
    own = Run.objects.create(district=town.district, kind="tests.own", recorded_at=at, by=cast["hui"])
    Pulse.objects.create(name="vault.seal", at=at, error="OSError at seals.py:9")
    hui = client_of("hui")
    hui.post("/accounts/role/", {"role": f"sysadmin:{office.pk}"})
    page = hui.get("/background/").content.decode()
    assert "tests.own" in page and "整个区" in page
    assert not [words for words in ("tests.notify", "tests.count", "ConnectionError", "OSError") if words in page]
    doors = (f"runs/{run.pk}/stop", f"runs/{run.pk}/resume", f"deliveries/{parked.pk}/retry")
    assert {hui.post(f"/background/{door}/").status_code for door in doors} == {404}
    assert hui.post(f"/background/runs/{own.pk}/stop/").status_code == 302
    own.refresh_from_db()
    assert own.state == Run.State.STOPPED

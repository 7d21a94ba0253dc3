"""What follows a step is written with it, done at least once, tried again, and parked where people see it."""

from datetime import timedelta

import pytest
from django.db import transaction

from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.work import clock, delivering
from gridward.work.actions import (
    claim_deliveries,
    entries,
    finish_deliveries,
    forget_done_deliveries,
    leave_entry,
    postpone_delivery,
    retry_delivery,
)
from gridward.work.actions.deliveries import LEASE, MOST_TRIES
from gridward.work.collected import handler_name
from gridward.work.models import Delivery
from gridward.work.runner import work_off

pytestmark = pytest.mark.django_db

seen: list[tuple[int, str]] = []


def note(delivery, step):
    seen.append((delivery.pk, step.verb))


def fail(delivery, step):
    raise ConnectionError("安丽华 13800000000 cannot be reached")


@pytest.fixture
def district(monkeypatch):
    seen.clear()
    monkeypatch.setattr(entries, "jobs", lambda: {"tests.write": (note,), "tests.fail": (fail,)})
    by_name = {handler_name(handler): handler for handler in (note, fail)}
    monkeypatch.setattr(delivering, "handlers_by_name", lambda: by_name)
    return District.objects.create(id=4001, code6="990101", name_zh="甲区", name_en="A")


def leave(at, verb="tests.write"):
    return leave_entry(district_id=4001, subject="tests:1", verb=verb, by=SYSTEM, at=at)


def test_a_step_and_its_deliveries_are_one_transaction(district, at):
    with pytest.raises(RuntimeError), transaction.atomic():
        leave(at)
        raise RuntimeError
    assert not Delivery.objects.exists()
    leave(at)
    assert Delivery.objects.get().state == Delivery.State.WAITING


def test_a_handler_gets_its_delivery_and_its_step_once(district, at):
    leave(at)
    delivery = Delivery.objects.get()
    assert work_off() == 1
    assert work_off() == 0
    assert seen == [(delivery.pk, "tests.write")]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.lease_until) == (Delivery.State.DONE, 1, None)


def test_a_delivery_in_somebodys_hands_is_not_taken(district, at):
    leave(at)
    assert len(claim_deliveries(most=10, at=at)) == 1
    assert claim_deliveries(most=10, at=at + LEASE / 2) == []
    assert len(claim_deliveries(most=10, at=at + LEASE)) == 1, "its process died: another takes it up"


def test_who_lost_the_lease_settles_nothing(district, at):
    leave(at)
    slow = claim_deliveries(most=1, at=at)
    claim_deliveries(most=1, at=at + LEASE)
    assert finish_deliveries(done=slow) == 0
    postpone_delivery(delivery=slow[0], error="slow", at=at + LEASE)
    assert Delivery.objects.get().error == ""


def test_a_delivery_waits_until_it_is_due(district, at):
    leave(at)
    Delivery.objects.update(due_at=at + timedelta(seconds=1))
    assert claim_deliveries(most=10, at=at) == []


def test_a_failing_handler_is_tried_again_ever_later_and_then_parked(district, at, caplog):
    leave(at, "tests.fail")
    moment, waits = at, []
    for _ in range(MOST_TRIES):
        with clock.standing_at(moment):
            assert work_off() == 1
        row = Delivery.objects.get()
        waits.append((row.due_at - moment).total_seconds())
        moment = max(row.due_at, moment)
    assert waits[:-1] == [5, 10, 20, 40, 80, 160, 320]
    assert row.state == Delivery.State.PARKED
    with clock.standing_at(moment + timedelta(days=1)):
        assert work_off() == 0


def test_what_a_failure_leaves_behind_names_the_place_and_no_person(district, at, caplog):
    leave(at, "tests.fail")
    work_off()
    error = Delivery.objects.get().error
    assert error.startswith("ConnectionError at test_deliver_step.py:") and "fail" in error
    assert "13800000000" not in error + caplog.text and "安丽华" not in error + caplog.text
    assert "ConnectionError" in caplog.text


def test_one_failure_does_not_hold_up_the_others(district, at):
    leave(at, "tests.fail")
    leave(at)
    work_off()
    assert [verb for _, verb in seen] == ["tests.write"]


def test_a_handler_that_is_no_longer_there_is_parked_at_once(district, at):
    leave(at)
    Delivery.objects.update(handler="gone.away.handler")
    work_off()
    row = Delivery.objects.get()
    assert (row.state, row.error) == (Delivery.State.PARKED, "no handler named gone.away.handler")


def test_an_operator_sends_a_parked_delivery_again(district, at):
    leave(at)
    Delivery.objects.update(state=Delivery.State.PARKED, attempts=MOST_TRIES)
    row = Delivery.objects.get()
    retry_delivery(delivery=row, by=SYSTEM, at=at)
    with pytest.raises(RuleBroken) as refused:
        retry_delivery(delivery=row, by=SYSTEM, at=at)
    assert refused.value.code == "work.not_parked"
    work_off()
    assert seen[0][0] == row.pk


def test_a_round_that_is_told_to_end_leaves_the_rest_for_the_next(district, at):
    for _ in range(3):
        leave(at)
    delivering.deliver_round(is_over=lambda: len(seen) == 1)
    assert len(seen) == 1
    assert Delivery.objects.filter(state=Delivery.State.DONE).count() == 1


def test_done_deliveries_are_forgotten_after_a_month(district, at):
    leave(at)
    work_off()
    assert forget_done_deliveries(at=at + timedelta(days=29)) == 0
    assert forget_done_deliveries(at=at + timedelta(days=31)) == 1

"""The example district with two days of cases, grown as the demo grows it; the rows of real actions."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from gridward.accounts.models import Body, User
from gridward.areas.models import Division
from gridward.audit.models import StepBody
from gridward.cases.actions.purging import purge_contacts
from gridward.cases.models import Case, CaseClock, CaseStep, Contact
from gridward.core.locate import GridKind
from gridward.core.workflow.parse import load
from gridward.demo.actions.growing import grow_district
from gridward.demo.actions.history import grow_history
from gridward.demo.actions.month import days_back, grow_day, month_of
from gridward.demo.actions.playing import Player
from gridward.demo.actions.stories import tell_stories
from gridward.districts.models import District
from gridward.gpkg.indexes import indexes_are_aside, put_indexes_back
from gridward.grids.models import Cell, DutyPost, Grid, GridShape
from tests.apps.cases.scene import damage

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.full]


@pytest.fixture(scope="module")
def grown(django_db_setup, django_db_blocker):  # type: ignore[no-untyped-def]
    """One growth for all tests of this module, taken back at its end."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            grow_district(seed=2026, say=lambda word: None)
            month = month_of(District.objects.get(pk=1), 2026)
            for on in days_back(NOW.date(), 2):
                grow_day(month, on, NOW)
            tell_stories(month, NOW.date(), NOW)
            yield month
        finally:
            connection.set_rollback(True)
            atomic.__exit__(None, None, None)


def test_the_district_has_the_size_of_the_paper(grown) -> None:  # type: ignore[no-untyped-def]
    assert Division.objects.filter(district_id=1, level="subdistrict").count() == 14
    assert Division.objects.filter(district_id=1, level="community").count() == 83
    assert Cell.objects.count() > 4000
    kinds = set(Grid.objects.values_list("kind", flat=True))
    assert Grid.objects.count() == GridShape.objects.count() == 575 and kinds == {kind.value for kind in GridKind}


def test_every_grid_is_served_and_the_cast_can_sign_in(grown) -> None:  # type: ignore[no-untyped-def]
    served = set(DutyPost.objects.values_list("grid_id", flat=True))
    assert served == set(Grid.objects.values_list("pk", flat=True))
    assert User.objects.get(username="cleo").check_password("lamp-on-the-corner-7")
    assert not User.objects.get(username="grid001").has_usable_password()


def test_cases_are_in_many_states_and_their_steps_are_legal(grown) -> None:  # type: ignore[no-untyped-def]
    table, states = load(), set(Case.objects.values_list("state", flat=True))
    assert {"handling", "closed", "evaluated", "void", "suspended"} <= states
    assert 400 < Case.objects.count() < 800
    for step in CaseStep.objects.exclude(state_from="").iterator():
        move = table.moves[step.verb.removeprefix("cases.")]
        assert move.targets.get(step.state_from) == step.state_to


def test_every_step_keeps_its_words_and_open_cases_their_clock(grown) -> None:  # type: ignore[no-untyped-def]
    assert StepBody.objects.filter(table="cases.CaseStep").count() == CaseStep.objects.count()
    running = set(CaseClock.objects.filter(state__in=("running", "paused")).values_list("case_id", flat=True))
    assert set(Case.objects.filter(is_open=True).values_list("pk", flat=True)) == running


def test_nothing_happens_in_the_future(grown) -> None:  # type: ignore[no-untyped-def]
    assert not CaseStep.objects.filter(recorded_at__gt=NOW).exists()


def test_the_same_chunk_is_not_written_twice(grown) -> None:  # type: ignore[no-untyped-def]
    before = Case.objects.count()
    grow_day(grown, days_back(NOW.date(), 1)[0], NOW)
    assert Case.objects.count() == before


def test_complaints_never_lie_with_their_subject(grown) -> None:  # type: ignore[no-untyped-def]
    about_a_body = Case.objects.filter(complained_body__isnull=False, body__isnull=False)
    for case in about_a_body.select_related("body", "complained_body"):
        assert not case.body.path.startswith(case.complained_body.path)


def test_reporters_are_sealed(grown) -> None:  # type: ignore[no-untyped-def]
    contact = Contact.objects.exclude(phone=b"").first()
    assert contact is not None and b"0000-" not in bytes(contact.phone)


def test_a_centre_departments_offices_and_committees_are_there(grown) -> None:  # type: ignore[no-untyped-def]
    assert Body.objects.filter(district_id=1, parent__isnull=True).count() == 1
    assert Body.objects.filter(kind="residents_committee").count() == 83
    assert Body.objects.filter(kind="subdistrict_office").count() == 14


@pytest.mark.long_transaction("the day is taken back at the end")
def test_a_day_of_long_ago_is_over_and_its_reporters_are_forgotten(grown) -> None:  # type: ignore[no-untyped-def]
    long_ago = date(2026, 2, 11)
    here = Case.objects.filter(reported_at__year=2026, reported_at__month=2)
    with transaction.atomic():
        indexes = connection.introspection.get_constraints(connection.cursor(), Case._meta.db_table)
        grow_history(grown, [long_ago], NOW)
        count = here.count()
        assert indexes_are_aside(connection) == (connection.vendor == "sqlite")
        put_indexes_back(connection)
        assert connection.introspection.get_constraints(connection.cursor(), Case._meta.db_table) == indexes
        grow_history(grown, [long_ago], NOW)
        assert here.count() == count > 100 and not indexes_are_aside(connection)
        forgotten = here.filter(is_open=False)
        assert forgotten.filter(spoken_code="").count() == forgotten.count() > 0.9 * count
        contacts = Contact.objects.filter(case__in=forgotten)
        assert contacts.exists() and not contacts.exclude(name=b"", phone=b"", email=b"").exists()
        assert not contacts.filter(purged_at__isnull=True).exists()
        assert purge_contacts(at=NOW) == 0 and damage() == []
        transaction.set_rollback(True)


def test_a_day_is_played_by_the_real_actions_and_what_visitors_moved_is_left_to_them(grown) -> None:  # type: ignore[no-untyped-def]
    player = Player(grown, NOW)
    before, cases = CaseStep.objects.count(), Case.objects.count()
    assert player.play(NOW) == 0 and CaseStep.objects.count() == before  # the clock stands still
    player.play(NOW + timedelta(minutes=5))
    theirs = next(planned.fate.desk.case for planned in sorted(player.planned) if planned.fate)
    Case.objects.filter(pk=theirs.pk).update(step_n=theirs.step_n + 1)  # somebody was there meanwhile
    seen = CaseStep.objects.filter(case=theirs).count()
    half = NOW + timedelta(minutes=30)
    assert player.play(half) > 10
    made = CaseStep.objects.filter(recorded_at__gt=NOW)
    assert made.filter(verb="cases.submit").exists() and Case.objects.count() > cases
    assert made.exclude(verb="cases.submit").values("verb").distinct().count() > 3
    assert not made.filter(recorded_at__gt=half + timedelta(seconds=1)).exists()
    assert CaseStep.objects.filter(case=theirs).count() == seen
    assert not made.filter(by__username__in=("cleo", "dev", "ben", "eva")).exists()
    assert player.play(half) == 0

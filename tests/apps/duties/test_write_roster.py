"""值班表: who has which shift on which day; the urgent and the phone book follow it, and who stands in."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from gridward.accounts.models import Grant, User
from gridward.accounts.queries import chosen, held_roles
from gridward.duties.actions.absences import enter_absence
from gridward.duties.models import Shift, Turn
from gridward.duties.queries import on_roster
from gridward.work import clock
from tests.cast import Cast
from tests.town import BUILT_AT, SINCE, Town

ROSTER = "/roster/"


@pytest.fixture
def night(town: Town, at: datetime) -> Shift:
    return Shift.objects.create(
        district=town.district, body=town.bodies["maintenance"], name_zh="夜班", name_en="Night", weekdays="1111100",
        starts_at="20:00", ends_at="08:00", follows_calendar=False, is_duty_roster=True, valid_from=date(2026, 3, 2),
        recorded_at=at,
    )  # fmt: skip


def second_handler(town: Town) -> User:
    user = User.objects.create(
        district=town.district, username="sha", name="示例沙", password="!", recorded_at=BUILT_AT
    )
    body = town.bodies["maintenance"]
    Grant.objects.create(district=town.district, user=user, role="handler", body=body, scope=f"body:{body.pk}",
                         valid_from=SINCE, recorded_at=BUILT_AT)  # fmt: skip
    return user


def test_a_week_is_written_repeated_and_asked_at_night(
    town: Town, cast: Cast, night: Shift, at: datetime, client_of: Callable[[str], Client]
) -> None:
    deng, ben, sha = client_of("deng"), cast["ben"], second_handler(town)
    given: dict[str, Any] = {"body": night.body.code, "week": "2026-03-02", "person": ben.public_id}
    assert deng.post(f"{ROSTER}put/", given | {"cell": f"{night.pk}:2026-03-04"}).status_code == 302
    assert deng.post(f"{ROSTER}put/", given | {"cell": f"{night.pk}:2026-03-04"}).status_code == 302
    assert Turn.objects.count() == 1, "twice is once"
    for wrong in ("2026-03-03", "2026-03-07"):
        assert deng.post(f"{ROSTER}put/", given | {"cell": f"{night.pk}:{wrong}"}).status_code == 422, wrong
    for broken in ("", "x", f"{night.pk}:soon", f"{night.pk}:20269999", f"{'9' * 40}:2026-03-05"):
        assert deng.post(f"{ROSTER}put/", given | {"cell": broken}).status_code == 404
    assert deng.post(f"{ROSTER}put/", given | {"cell": f"{night.pk}:2026-03-05", "person": "x"}).status_code == 404
    page = client_of("gao").get(ROSTER, {"body": night.body.code, "week": "2026-03-04"}).content.decode()
    assert "卞军" in page and "/roster/put/" not in page
    assert client_of("gao").post(f"{ROSTER}repeat/", given).status_code == 403
    midnight = at.replace(hour=16)
    with clock.standing_at(midnight):
        assert on_roster(district_id=town.district.pk, at=midnight) == {ben.pk}
        book = deng.get("/phones/").content.decode()
        assert "夜班" in book and "卞军" in book
        held = chosen(held_roles(cast["deng"], date(2026, 3, 5)), None)
        assert held is not None
        enter_absence(user=ben, cover=sha, first=date(2026, 3, 5), last=date(2026, 3, 6), hands_over=False, held=held,
                      at=midnight)  # fmt: skip
        assert on_roster(district_id=town.district.pk, at=midnight) == {sha.pk}, "who stands in is called"
        assert deng.post(f"{ROSTER}put/", given | {"cell": f"{night.pk}:2026-03-06"}).status_code == 422, "away"
    assert deng.post(f"{ROSTER}repeat/", given | {"week": "2026-03-09"}).status_code == 302
    assert deng.post(f"{ROSTER}repeat/", given | {"week": "2026-03-09"}).status_code == 302
    again = Turn.objects.get(day=date(2026, 3, 11))
    assert deng.post(f"{ROSTER}{again.pk}/take-off/").status_code == 302 and Turn.objects.count() == 2
    assert not Turn.objects.filter(day=date(2026, 3, 11), retired_at__isnull=True).exists()
    assert on_roster(district_id=town.district.pk, at=at + timedelta(days=5)) == set()

"""A prepared query answers as the query that it was made of."""

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from gridward.accounts.models import Body
from gridward.districts.models import District, WorkingCalendar
from gridward.gpkg.prepared import Prepared
from gridward.work.locks import lock

OFFICE = [[["08:00", "12:00"]]] * 5 + [[], []]
NAMES = Prepared(lambda pk: District.objects.filter(pk=pk, is_demo=False).order_by("pk").values_list("code6", "id"))
CALENDARS = Prepared(lambda pk: WorkingCalendar.objects.filter(pk=pk).select_related("district"))


@pytest.mark.django_db
def test_a_prepared_query_answers_each_number_with_its_own_rows() -> None:
    made = [
        District.objects.create(id=n + 1, code6=f"90010{n}", name_zh=f"区{n}", name_en=f"District {n}")
        for n in range(3)
    ]
    for district in made:
        assert list(NAMES.rows(district.pk)) == [(district.code6, district.pk)]
    assert NAMES.rows(9) == []
    calendar = WorkingCalendar.objects.create(
        district=made[1], code="office", name_zh="办公", name_en="Office", week=OFFICE
    )
    with CaptureQueriesContext(
        connection,
    ) as sent:
        row = CALENDARS.rows(calendar.pk)[0]
        assert row.district == made[1] and row.week == OFFICE
    assert len(sent) == 1


@pytest.mark.django_db
def test_a_lock_reads_the_row_as_it_is_now_and_knows_an_unknown_one() -> None:
    district = District.objects.create(id=1, code6="900101", name_zh="区", name_en="District")
    assert lock(District, district.pk) == district
    District.objects.filter(pk=district.pk).update(name_en="Renamed")
    assert lock(District, district.pk).name_en == "Renamed"
    with pytest.raises(Body.DoesNotExist):
        lock(Body, 7, related=("calendar",))


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_a_mistake_where_rows_can_be_locked() -> None:
    district = District.objects.create(id=1, code6="900101", name_zh="区", name_en="District")
    with transaction.atomic():
        lock(District, district.pk)
    if connection.features.has_select_for_update:
        with pytest.raises(TransactionManagementError):
            lock(District, district.pk)

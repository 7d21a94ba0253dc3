"""The packaged lists: complete, consistent, loaded once."""

from datetime import date

import pytest

from gridward.cases.actions.reference import load_reference_lists, reference_rows
from gridward.cases.models import Category, Standard
from gridward.core.actor import SYSTEM
from gridward.core.calendar.due import amount_seconds
from tests.town import Town

pytestmark = pytest.mark.long_transaction("a thousand rows are loaded once, when a district begins")


def test_the_lists_are_loaded_once_with_a_standard_for_every_category(town: Town, at: object) -> None:
    day = date(2026, 3, 4)
    first = load_reference_lists(district=town.district, by=SYSTEM, valid_from=day)
    assert load_reference_lists(district=town.district, by=SYSTEM, valid_from=day) == {"categories": 0, "standards": 0}
    assert first == {"categories": Category.objects.count(), "standards": Standard.objects.count()}
    city = Category.objects.filter(scheme=Category.objects.filter(kind="component").values("scheme")[:1])
    assert (city.filter(kind="component").count(), city.filter(kind="event").count()) == (153, 250)
    families = Category.objects.values_list("family", flat=True)
    assert set(families) == {"city_management", "help", "dispute", "voice"}
    assert 50 <= sum(family != "city_management" for family in families) <= 80
    assert not Category.objects.filter(is_in_use=True, standards__isnull=True).exists()


def test_every_standard_has_a_limit_that_the_calendar_knows(town: Town, at: object) -> None:
    load_reference_lists(district=town.district, by=SYSTEM, valid_from=date(2026, 3, 4))
    for row in Standard.objects.all():
        assert amount_seconds(row.limit_value, row.limit_unit) > 0
        assert row.filing_zh and row.filing_en and row.closing_zh and row.closing_en
        if row.make_safe_value is not None:
            assert amount_seconds(row.make_safe_value, row.make_safe_unit) > 0


def test_names_are_in_both_languages_and_the_specialities_of_the_town_take_their_own(town: Town, at: object) -> None:
    load_reference_lists(district=town.district, by=SYSTEM, valid_from=date(2026, 3, 4))
    assert not Category.objects.filter(name_zh="").exists() and not Category.objects.filter(name_en="").exists()
    sanitation = Category.objects.filter(speciality="sanitation")
    assert sanitation and {row.default_body_id for row in sanitation} == {town.bodies["sanitation"].pk}
    roads = Category.objects.filter(speciality="municipal_works")  # the department's, not its contractor's
    assert roads and {row.default_body_id for row in roads} == {town.bodies["maintenance"].pk}
    known = {row["code"] for row in reference_rows("specialities.csv")} if _has_code() else set()
    used = set(Category.objects.exclude(speciality="").values_list("speciality", flat=True))
    assert not known or used <= known


def _has_code() -> bool:
    return "code" in next(reference_rows("specialities.csv"))

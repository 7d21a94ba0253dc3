"""The packaged lists of categories, standards, routes and reasons are whole and fit each other."""

import re
from collections import Counter

from gridward.cases.models.category import Category, Family, Standard

UNITS = {"urgent_hour", "urgent_day", "work_hour", "work_day"}
LOCAL_CITY = {f"{n}" for n in range(10992, 11000)}


def test_the_national_list_has_153_components_and_250_events(reference):
    rows = reference("city_management")
    assert Counter(row["kind"] for row in rows) == {"component": 153, "event": 250}


def test_every_component_code_recurs_among_the_events(reference):
    codes = {
        kind: {r["code"] for r in reference("city_management") if r["kind"] == kind} for kind in ("component", "event")
    }
    assert codes["component"] < codes["event"]
    assert len(codes["event"] - codes["component"]) == 97


def test_scheme_kind_and_code_name_one_category(reference, categories):
    tables = ("city_management", "city_management_local", "local_services")
    assert len(categories) == sum(len(reference(name)) for name in tables) == 403 + 8 + 62


def test_local_additions_are_numbered_downwards_from_999(reference):
    assert {row["code"] for row in reference("city_management_local")} == LOCAL_CITY


def test_the_three_service_families_are_there(reference):
    families = Counter(row["family"] for row in reference("local_services"))
    assert families == {"help": 24, "dispute": 18, "voice": 20}


def test_families_are_those_of_the_model(reference, categories):
    assert {row["code"] for row in reference("families")} == set(Family.values)
    assert {row["family"] for row in categories.values()} == set(Family.values)


def test_values_fit_the_model(categories):
    for key, row in categories.items():
        assert row["kind"] in Category.Kind.values, key
        for field in ("scheme", "code", "name_zh", "name_en", "public_zh", "public_en", "sort_key"):
            limit = Category._meta.get_field(field).max_length
            assert 0 < len(row[field]) <= limit, (key, field)


def test_every_category_speaks_both_languages(categories, has_han):
    for key, row in categories.items():
        for field in ("name", "public", "major"):
            assert has_han(row[f"{field}_zh"]), key
            assert row[f"{field}_en"] and not has_han(row[f"{field}_en"]), key


def test_every_choice_is_yes_or_no(categories):
    flags = (
        "needs_after_photo",
        "allows_desk_check",
        "is_urgent",
        "allows_self_handling",
        "is_local",
        "is_public",
    )
    for key, row in categories.items():
        assert {row[flag] for flag in flags} <= {"yes", "no"}, key


def test_every_category_points_to_a_known_speciality(reference, categories):
    known = {row["code"] for row in reference("specialities")}
    assert len(known) == len(reference("specialities"))
    assert {row["speciality"] for row in categories.values()} <= known


def test_residents_find_at_least_sixty_events_by_a_name_of_their_own(categories):
    plain = [row for row in categories.values() if row["is_public"] == "yes" and row["kind"] == "event"]
    assert len(plain) >= 60
    for row in plain:
        assert row["public_zh"] != row["name_zh"], row["code"]
        assert row["synonyms"].split(), row["code"]


def test_components_are_things_and_not_offered_to_residents(categories):
    assert not [k for k, row in categories.items() if row["kind"] == "component" and row["is_public"] == "yes"]


def test_sort_keys_are_unique(categories):
    keys = Counter(row["sort_key"] for row in categories.values())
    assert keys.most_common(1)[0][1] == 1


def standard_keys(row):
    return [(row["scheme"], kind, row["code"]) for kind in row["kinds"].split("+")]


def test_every_standard_refers_to_a_category(reference, categories):
    for row in reference("standards"):
        for key in standard_keys(row):
            assert key in categories, key


def test_every_category_has_a_standard(reference, categories):
    covered = {key for row in reference("standards") for key in standard_keys(row)}
    own = {key for key, row in categories.items() if row["kind"] == "service"}
    assert set(categories) == covered | own
    for key in own:
        assert categories[key]["filing_zh"] and int(categories[key]["limit_value"]) > 0


def test_standards_are_numbered_from_one(reference):
    numbers: dict[tuple[str, str, str], list[int]] = {}
    for row in reference("standards"):
        for key in standard_keys(row):
            numbers.setdefault(key, []).append(int(row["n"]))
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_limits_have_a_number_and_a_unit(reference):
    for row in reference("standards") + reference("local_services"):
        assert int(row["limit_value"]) > 0 and row["limit_unit"] in UNITS, row["code"]


HOURS = {"urgent_hour": 1, "urgent_day": 24, "work_hour": 2, "work_day": 24}


def test_making_safe_comes_before_mending(reference):
    two_step = [row for row in reference("standards") if row["make_safe_value"]]
    assert len(two_step) > 40
    for row in two_step:
        safe = int(row["make_safe_value"]) * HOURS[row["make_safe_unit"]]
        assert safe < int(row["limit_value"]) * HOURS[row["limit_unit"]], row["code"]


def test_standards_speak_both_languages_within_the_model(reference, has_han):
    for row in reference("standards") + reference("local_services"):
        for field in ("filing", "closing"):
            zh, en = row[f"{field}_zh"], row[f"{field}_en"]
            assert has_han(zh) and en and not has_han(en), row["code"]
            assert len(zh) <= Standard._meta.get_field(f"{field}_zh").max_length
            assert len(en) <= Standard._meta.get_field(f"{field}_en").max_length


def test_a_missing_manhole_cover_is_mended_within_two_urgent_hours(reference):
    row = next(r for r in reference("standards") if r["code"] == "01002" and r["n"] == "1")
    assert (row["limit_value"], row["limit_unit"]) == ("2", "urgent_hour")


def test_someone_sleeping_rough_is_asked_what_they_need(categories):
    row = categories["gbt47678.5", "event", "09003"]
    assert row["speciality"] == "civil_affairs" and row["is_urgent"] == "yes"
    assert row["allows_self_handling"] == "no" and "帮助" in row["public_zh"]


def test_complaints_about_bodies_are_marked_and_kept_off_the_public_map(reference):
    rows = {row["code"]: row for row in reference("local_services")}
    about = {code for code, row in rows.items() if row["is_about_body"] == "yes"}
    assert about == {f"A{n:03d}" for n in (*range(9, 19), 20)}
    assert all(rows[code]["is_shown_nearby"] == "no" for code in about)


def test_help_is_never_shown_nearby(reference):
    rows = [row for row in reference("local_services") if row["family"] == "help"]
    assert rows and all(row["is_shown_nearby"] == "no" for row in rows)


def test_the_six_special_routes_answer_in_both_languages(reference, has_han):
    rows = reference("special_routes")
    assert {row["route"] for row in rows} == {
        "emergency",
        "legal_channel",
        "duplicate",
        "privacy",
        "beyond_duty",
        "unlawful",
    }
    numbers = {re.search(r"\d{3}", r["code"]).group() for r in rows if r["route"] == "emergency"}
    assert numbers == {"110", "119", "120", "122"}
    for row in rows:
        assert has_han(row["words_zh"]) and len(row["words_en"]) > 40 and not has_han(row["words_en"])


def test_there_is_a_reason_to_choose_for_every_refusal(reference, has_han):
    rows = reference("refusal_reasons")
    assert len({(row["move"], row["code"]) for row in rows}) == len(rows)
    by_move = Counter(row["move"] for row in rows)
    assert set(by_move) == {"not_accepted", "not_filed", "return", "void"} and min(by_move.values()) >= 3
    assert all(len(row["name_zh"]) >= 6 for row in rows), "the workflow asks for a reason of six characters"
    assert all(has_han(r["name_zh"]) and r["name_en"] and not has_han(r["name_en"]) for r in rows)

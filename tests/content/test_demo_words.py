"""What the example district says and is called: invented, varied, and fitting the categories."""

import csv
import re
from collections import Counter
from itertools import combinations

from gridward.accounts.models import Body
from gridward.cases.models.case import Case
from gridward.core.workflow.roles import Role
from tests.shared_data import DATA, needs_data


def three_grams(text):
    plain = re.sub(r"\{place\}|[，。？！、 ]", "", text)
    return {plain[i : i + 3] for i in range(len(plain) - 2)}


def likeness(one, other):
    return len(one & other) / len(one | other)


def test_two_like_texts_would_be_noticed():
    one, other = "{place}路灯不亮，晚上摸黑走", "{place}路灯又不亮，晚上摸黑走路"
    assert likeness(three_grams(one), three_grams(other)) > 0.4


def test_there_are_more_than_three_hundred_reports_and_no_two_are_alike(demo):
    texts = [row["text"] for row in demo("reports")]
    assert len(set(texts)) == len(texts) >= 300
    grams = [three_grams(text) for text in texts]
    alike = [(a, b) for a, b in combinations(range(len(texts)), 2) if likeness(grams[a], grams[b]) > 0.25]
    assert [(texts[a], texts[b]) for a, b in alike] == []


def test_every_report_has_a_category_of_its_family_that_residents_may_choose(demo, categories):
    for row in demo("reports"):
        category = categories[row["scheme"], row["kind"], row["code"]]
        assert category["family"] == row["family"], row["text"]
        assert category["is_public"] == "yes", row["text"]


def test_reports_come_from_all_families_and_channels(demo):
    rows = demo("reports")
    assert min(Counter(row["family"] for row in rows).values()) >= 30
    assert {row["channel"] for row in rows} <= set(Case.Channel.values)
    assert min(Counter(row["channel"] for row in rows).values()) >= 20


def test_every_service_category_is_spoken_of(demo, reference):
    spoken = {row["code"] for row in demo("reports")}
    assert {row["code"] for row in reference("local_services")} <= spoken


def test_a_report_has_at_most_one_slot_and_it_is_the_place(demo):
    slots = [re.findall(r"\{.*?\}", row["text"]) for row in demo("reports")]
    assert all(found in ([], ["{place}"]) for found in slots)
    assert sum(bool(found) for found in slots) > 150


def test_reports_are_short_and_say_something(demo):
    assert all(8 <= len(row["text"]) <= 60 for row in demo("reports"))


def test_replies_suit_known_categories_and_differ(demo, categories):
    rows = demo("replies")
    assert len(rows) >= 120
    assert len({row["reply"] for row in rows}) == len(rows)
    codes = {key[2] for key in categories}
    for row in rows:
        assert set(row["codes"].split()) <= codes, row["codes"]
        assert len(row["result"]) >= 4 and len(row["reply"]) >= 12


def test_whatever_is_reported_can_be_answered(demo):
    answered = {code for row in demo("replies") for code in row["codes"].split()}
    assert {row["code"] for row in demo("reports")} <= answered


def test_remarks_of_every_kind_are_there(demo):
    kinds = Counter(row["kind"] for row in demo("remarks"))
    several = ("return", "inspection_pass", "inspection_fail", "extension", "suspension", "praise", "rating")
    assert all(kinds[kind] >= 5 for kind in several)
    texts = [row["text"] for row in demo("remarks")]
    assert len(set(texts)) == len(texts)


def test_remarks_are_long_enough_to_be_a_reason(demo):
    reasons = ("return", "inspection_fail", "inspection_unable", "extension", "suspension", "verification_no")
    assert all(len(row["text"]) >= 6 for row in demo("remarks") if row["kind"] in reasons)


def test_the_district_has_14_subdistricts_and_83_communities_in_the_test_range(demo):
    rows = demo("divisions")
    assert Counter(row["level"] for row in rows) == {"district": 1, "subdistrict": 14, "community": 83}
    codes = {row["code"] for row in rows}
    assert len(codes) == len(rows) and all(re.fullmatch(r"900101\d{6}", code) for code in codes)
    assert all(row["parent"] in codes for row in rows if row["level"] != "district")
    parks = [row for row in rows if row["level"] == "subdistrict" and row["code"][6] == "4"]
    assert len(parks) == 1


def test_no_name_is_given_twice(demo, has_han):
    for table in ("divisions", "places", "bodies", "cast"):
        names = Counter(row["name_zh"] for row in demo(table))
        assert names.most_common(1)[0][1] == 1, names.most_common(1)
        assert all(row["name_en"] and not has_han(row["name_en"]) for row in demo(table))


def test_places_of_every_kind_are_enough_for_the_town(demo):
    kinds = Counter(row["kind"] for row in demo("places"))
    least = {"main_road": 20, "road": 60, "compound": 60, "park": 10, "school": 15, "market": 8, "bus_stop": 25}
    assert {kind: kinds[kind] for kind in least if kinds[kind] < least[kind]} == {}


ENDINGS = re.compile("(社区居委会|居委会|村委会|社区|街道)$")


@needs_data
def test_names_do_not_collide_with_real_divisions(demo):
    with (DATA / "furong" / "divisions.csv").open(encoding="utf-8") as file:
        real = {ENDINGS.sub("", row["name"]) for row in csv.DictReader(file)}
    assert len(real) > 80
    assert not {ENDINGS.sub("", row["name_zh"]) for row in demo("divisions")} & real


def test_bodies_fit_the_model_and_cannot_be_telephoned(demo, reference):
    rows = demo("bodies")
    codes = {row["code"] for row in rows}
    specialities = {row["code"] for row in reference("specialities")} | {""}
    for row in rows:
        assert row["kind"] in Body.Kind.values, row["code"]
        assert row["speciality"] in specialities, row["code"]
        assert row["parent"] in codes | {""}, row["code"]
        assert re.fullmatch(r"0000-\d{7}", row["phone"]), row["code"]


def test_every_speciality_has_a_body_or_is_made_from_the_divisions(demo, reference):
    made = {"subdistrict", "community"}
    have = {row["speciality"] for row in demo("bodies")} | made
    assert {row["code"] for row in reference("specialities")} <= have


def test_the_cast_is_whole_and_nobody_shares_its_surnames(demo, people):
    cast = demo("cast")
    bodies = {row["code"] for row in demo("bodies")} | {""}
    assert len(cast) == 24
    assert {row["role"] for row in cast} <= {role.value for role in Role}
    assert {row["body"] for row in cast} <= bodies
    assert not {row["name_zh"][0] for row in cast} & set(people["surnames"])


def test_there_are_names_enough_for_a_district(people):
    for names in people.values():
        assert len(set(names)) == len(names)
    assert len(people["surnames"]) * len(people["given_names"]) > 5000

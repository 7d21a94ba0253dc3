"""No column, model, choice or word classes a person, household or origin as a risk, or ranks the people who work."""

import re
from collections.abc import Iterator

from django.apps import apps

from tests.architecture.sources import Source, broken, listed, sources, stale

COLUMNS = re.compile(
    r"risk|key_?person|(?:^|_)score|(?:^|_)rank(?:ing)?(?:$|_)|threat|danger(?:ous)?_|suspic|blacklist|black_list|"
    r"watch_?list|credit_(?:score|level|points)|stability|petitioner|hukou|origin_group|ethnic|religio|(?:^|_)tags?$|"
    r"(?:^|_)stars?$|colou?r|face_|track(?:ing)?(?:$|_)|points$"
)
WORDS = re.compile(
    r"重点人员|重点人群|重点人口|重点对象|风险人员|高危人|稳控|管控对象|"
    r"管控人员|排查对象|黑名单|信用分|积分|排行|排名|打卡|上访户|"
    r"缠访|不稳定因素|闹访|盯防"
)
ENGLISH = re.compile(
    r"\b(?:key person|risk (?:person|level|score)|blacklist|high-risk|troublemaker|leaderboard|ranking|credit score|"
    r"clock-in)\b",
    re.IGNORECASE,
)


def named_columns() -> Iterator[str]:
    """``app.Model`` and ``app.Model.column`` of everything that the schema keeps."""
    for model in apps.get_models():
        if model.__module__.startswith("gridward."):
            yield model._meta.label
            yield from (f"{model._meta.label}.{field.name}" for field in model._meta.concrete_fields)


def classing_columns(names: Iterator[str] | list[str]) -> list[str]:
    return [name for name in names if COLUMNS.search(name.split(".")[-1].lower())]


def classing_words(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        for match in (*WORDS.finditer(line), *ENGLISH.finditer(line)):
            yield f"{source.path}:{number} {match[0]}"


def allowed(place: str) -> bool:
    """``path word`` of the list: a text that says what gridward does not do, or the list of refused words itself."""
    return f"{place.partition(':')[0]} {place.partition(' ')[2]}" in listed("words_about_people")


def test_the_schema_classes_nobody():
    found = classing_columns(named_columns())
    assert [name for name in found if name not in listed("columns_about_people")] == []
    assert stale("columns_about_people", found) == []


def test_pages_messages_and_content_class_nobody():
    read = sources(".html", ".txt", ".po", ".toml", ".csv", ".js") + sources(".py")
    found = broken(classing_words, read)
    assert [place for place in found if not allowed(place)] == []
    assert stale("words_about_people", {f"{p.partition(':')[0]} {p.partition(' ')[2]}" for p in found}) == []


def test_planted_classes_are_found():
    planted = ["registers.Resident.risk_level", "care.KeyPerson", "accounts.User.score", "grids.Grid.code"]
    assert classing_columns(planted) == planted[:3]
    assert len(list(classing_words(Source("x.html", "重点人员排查\nranking of posts")))) == 2

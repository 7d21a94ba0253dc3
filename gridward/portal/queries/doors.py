"""Three doors of equal size: which kinds each offers first, and what it takes for “I am not sure”."""

from dataclasses import dataclass

from gridward.cases.models import Category
from gridward.cases.models.category import Family
from gridward.cases.queries.suggesting import Suggestion, by_names, suggest
from gridward.districts.models import District
from gridward.web.moments import is_chinese

MOST_CHOICES = 8
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Door:
    """``first`` are (scheme, code) of the kinds shown before anybody searched; ``unsure`` stands in for none."""

    code: str
    families: tuple[str, ...]
    first: tuple[Key, ...]
    unsure: Key
    needs_place: bool


DOORS = {
    door.code: door
    for door in (
        Door(
            "problem", (Family.CITY_MANAGEMENT,),
            (("gbt47678.5", "06013"), ("gbt47678.5", "01037"), ("gbt47678.5", "06042"), ("gbt47678.5", "01023"),
             ("local", "D003"), ("local", "10997"), ("gbt47678.5", "09010")),
            ("local", "10992"), True,
        ),
        Door(
            "help", (Family.HELP, Family.DISPUTE),
            (("local", "H001"), ("local", "H002"), ("local", "H022"), ("local", "H006"), ("local", "H015"),
             ("local", "D001"), ("local", "D002")),
            ("local", "H022"), False,
        ),
        Door(
            "voice", (Family.VOICE,),
            (("local", "A001"), ("local", "A004"), ("local", "A006"), ("local", "A009"), ("local", "A010"),
             ("local", "A017"), ("local", "A019")),
            ("local", "A003"), False,
        ),
    )
}  # fmt: skip


def plain(category: Category) -> str:
    """As a resident would say it."""
    zh, en = category.public_zh or category.name_zh, category.public_en or category.name_en
    return zh if is_chinese() else en


def public_categories(district: District, door: Door) -> list[Category]:
    """What residents may choose, this door's families first: who took the wrong door need not go back."""
    rows = Category.objects.filter(district=district, is_in_use=True, is_public=True)
    found = list(rows.exclude(kind=Category.Kind.COMPONENT).order_by("sort_key"))
    return sorted(found, key=lambda category: category.family not in door.families)


def first_choices(categories: list[Category], door: Door) -> list[Category]:
    """The likely ones of a door, in its order; without the packaged lists simply the first."""
    by_key = {(category.scheme, category.code): category for category in categories}
    found = [by_key[key] for key in door.first if key in by_key]
    own = [category for category in categories if category.family in door.families]
    return (found or own)[: MOST_CHOICES - 1]


def found_by(categories: list[Category], words: str) -> list[Suggestion]:
    """The likeliest for the words that somebody typed: what was learnt from closed cases first, then by the names."""
    if not categories:
        return []
    sure = suggest(categories[0].district_id, words, categories)
    learnt = sure.rows if sure.is_sure else []
    known = {row.category.pk for row in learnt}
    named = [row for row in by_names(words, categories, MOST_CHOICES - 1) if row.category.pk not in known]
    return [*learnt, *named][: MOST_CHOICES - 1]


def general_category(categories: list[Category], door: Door) -> Category | None:
    """What “I am not sure” becomes until somebody has read it."""
    own = [category for category in categories if category.family in door.families]
    return next((c for c in own if (c.scheme, c.code) == door.unsure), own[-1] if own else None)

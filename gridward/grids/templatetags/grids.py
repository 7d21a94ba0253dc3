"""Words of grids in templates."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gridward.grids import words
from gridward.grids.models import DutyPost, Grid, GridDesign, GridNotice, GridShape, PlanComment
from gridward.grids.queries.days import ends_by_itself
from gridward.grids.queries.publishing import GridFacts, said

register = template.Library()
register.filter("grid_named", words.named)
register.filter("plan_state", words.plan_state)
register.filter("finding_word", words.finding_word)
register.filter("fix_word", words.fix_word)
register.filter("draft_named", words.draft_named)


@register.filter
def grid_kind(grid: Grid) -> str:
    return words.kind_words()[grid.kind]


@register.filter
def post_kind(post: DutyPost) -> str:
    return words.post_words()[post.kind]


@register.filter
def outcome_word(comment: PlanComment) -> str:
    return words.outcome_words()[comment.outcome]


@register.filter
def scope_words(facts: GridFacts) -> str:
    return words.stretch_sentence(facts.shape.scope) or words.sides_sentence(facts.sides)


@register.filter
def stretch_words(scope: Mapping[str, Any]) -> str:
    return words.stretch_sentence(scope)


@register.filter
def marks(scope: Mapping[str, Any]) -> str:
    """From which crossing to which."""
    return words.marks(scope)


@register.filter
def side_word(side: str) -> str:
    return words.side_words().get(side, "")


@register.filter
def use_word(scope: Mapping[str, Any]) -> str:
    """What a premises grid is for; nothing where it is not stated."""
    return words.use_words().get(scope.get("use", ""), "")


@register.filter
def kind_name(kind: str) -> str:
    return words.kind_words()[kind]


@register.filter
def last_day(shape: GridShape) -> date | None:
    """The last day of a shape that ends by itself."""
    is_own = shape.valid_to is not None and (shape.valid_from is None or ends_by_itself(shape))
    return shape.valid_to - timedelta(days=1) if shape.valid_to and is_own else None


@register.filter
def public_items(facts: GridFacts) -> list[tuple[str, str, str]]:
    """(code, name, words) of the four items; no words where nothing is stated."""
    rows = words.item_words().items()
    return [(item, word, said(facts.notices[item]) if item in facts.notices else "") for item, word in rows]


@register.filter
def stated_once(common: dict[str, GridNotice | None]) -> list[tuple[str, str]]:
    """(name, words) of the items that all grids of a page share."""
    return [(words.item_words()[item], said(notice) if notice else "") for item, notice in common.items()]


@register.filter
def hectares(area_m2: int | None) -> str:
    """Square metres as hectares with one digit."""
    return "—" if area_m2 is None else f"{area_m2 / 10_000:.1f}"


@register.simple_tag
def unit_fault(fault: Mapping[str, Any], titles: Mapping[str, str], design: GridDesign) -> str:
    """A fault of a draft in a sentence."""
    return words.unit_fault_word(fault, titles, design.facts["compounds"])


@register.filter
def why_cut(why: str) -> str:
    return words.WHY_CUT[why]()


@register.simple_tag
def deviation_bar(off: int) -> SafeString:
    """How far a grid's work is off the fair share, in percent: left is less, right is more; hatched beyond 15. The
    number itself stands beside it.
    """
    length = min(abs(off), 50)
    x = 50 - length if off < 0 else 50
    kind = "over" if abs(off) > 15 else "fair"
    return format_html(
        '<svg class="dev" viewBox="0 0 100 12" aria-hidden="true"><rect class="band" x="40" width="20" height="12"/>'
        '<rect class="{}" x="{}" y="3" width="{}" height="6"/><path d="M50 0v12"/></svg>', kind, x, length,
    )  # fmt: skip


@register.filter
def feature_word(feature: str) -> str:
    return words.FEATURE_WORDS[feature]()


@register.filter
def skill_words(skills: list[str]) -> str:
    return _(", ").join(words.SKILL_WORDS[skill]() for skill in skills)


@register.filter
def signed(number: int) -> str:
    """A change with its sign."""
    return f"{number:+d}".replace("-", "\u2212") if number else "0"


@register.filter
def percent(share: float) -> str:
    return f"{share:.0%}"


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key."""
    return mapping.get(key, "")

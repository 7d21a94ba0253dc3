"""Words of grids in templates."""

from django import template

from gridward.grids import words
from gridward.grids.models import DutyPost, Grid, GridNotice, PlanComment
from gridward.grids.queries.publishing import GridFacts, said

register = template.Library()
register.filter("grid_named", words.named)
register.filter("plan_state", words.plan_state)
register.filter("finding_word", words.finding_word)
register.filter("fix_word", words.fix_word)


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
    return words.sides_sentence(facts.sides)


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

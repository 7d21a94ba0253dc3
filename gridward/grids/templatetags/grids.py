"""Words of grids in templates."""

from django import template

from gridward.grids import words
from gridward.grids.models import DutyPost, Grid

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
def hectares(area_m2: int | None) -> str:
    """Square metres as hectares with one digit."""
    return "—" if area_m2 is None else f"{area_m2 / 10_000:.1f}"

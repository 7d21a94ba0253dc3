"""Notices of works and outages in the reader's language."""

from django import template

from gridward.cases.models import WorksNotice
from gridward.cases.words import notice_kinds
from gridward.web.moments import is_chinese

register = template.Library()


@register.filter
def notice_kind(notice: WorksNotice) -> str:
    """``Water off``."""
    return notice_kinds()[notice.kind]


@register.filter
def notice_place(notice: WorksNotice) -> str:
    return notice.place_zh if is_chinese() else notice.place_en or notice.place_zh


@register.filter
def notice_text(notice: WorksNotice) -> str:
    return notice.text_zh if is_chinese() else notice.text_en or notice.text_zh

"""复制回群: one public sentence about a case, for the chat in which it was told."""

from gridward.cases.models import Case
from gridward.cases.queries.public import public_words
from gridward.core.workflow.parse import load


def words_for_group(case: Case, address: str, *, is_chinese: bool) -> str:
    """What anybody may read: kind, community and stage where these may be shown nearby; else nothing to copy.

    No words of the report, no exact place, nobody's name, no private link: who wants to know more has a query code.
    """
    kind = case.category
    if not kind.is_shown_nearby or kind.is_about_body or case.is_quarantined:
        return ""
    where = case.community
    zh, en = public_words(load(case.table).state(case.state), case)
    if is_chinese:
        name, place = kind.public_zh or kind.name_zh, f"{where.name_zh}，" if where else ""
        return f"【{case.district.name_zh}】{place}{name}：{zh}。尾号 {case.number[-5:]}，凭查询码看进度：{address}"
    name, place = kind.public_en or kind.name_en, f"{where.name_en}, " if where else ""
    return (
        f"[{case.district.name_en}] {place}{name}: {en}. Ends in {case.number[-5:]}; progress by query code: {address}"
    )

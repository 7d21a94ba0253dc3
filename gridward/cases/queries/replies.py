"""Words of replies: which are in use, and how they read for one case."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType

from django.conf import settings
from django.db.models import QuerySet

from gridward.audit.models import StepBody
from gridward.cases.actions.reference import reference_rows
from gridward.cases.models import Case, CaseStep, Category, ReplyTemplate
from gridward.core.feedback.replies import filled, scopes_of
from gridward.districts.models import District
from gridward.districts.queries import zone_of

# Which field of which move is offered filled.
REPLIES = ("close", "close_unresolved", "force_close", "refuse_review")
FIELD_OF: Mapping[str, str] = MappingProxyType({"finish": "result"} | dict.fromkeys(REPLIES, "reply"))
LANGUAGES = ("zh", "en", "both")


@dataclass(frozen=True, slots=True)
class Words:
    """Words in use for a move: whose, in both languages, the version (0: those that come with the software)."""

    move: str
    scope: str
    zh: str
    en: str
    n: int = 0


@cache
def shipped() -> Mapping[tuple[str, str], Words]:
    """The words that come along, by move and scope."""
    rows = reference_rows("replies.csv")
    return {(row["move"], row["scope"]): Words(row["move"], row["scope"], row["zh"], row["en"]) for row in rows}


def versions(district_id: int, move: str, scope: str) -> QuerySet[ReplyTemplate]:
    """Every version of a scope, the newest first."""
    rows = ReplyTemplate.objects.filter(district_id=district_id, move=move, scope=scope)
    return rows.select_related("by").order_by("-n")


def own_words(district_id: int, scopes: Iterable[str] | None = None) -> dict[tuple[str, str], Words]:
    """The district's own that are in use, by move and scope."""
    rows = ReplyTemplate.objects.filter(district_id=district_id, retired_at__isnull=True).order_by("n")
    chosen = rows if scopes is None else rows.filter(scope__in=list(scopes))
    return {(row.move, row.scope): Words(row.move, row.scope, row.zh, row.en, row.n) for row in chosen}


def words_for(case: Case, move: str) -> Words | None:
    """The nearest words for a case: of its category, its family, or all; one's own before those that come along."""
    scopes = list(scopes_of(case.category_id, case.family))
    own = own_words(case.district_id, scopes)
    for scope in scopes:
        found = own.get((move, scope)) or shipped().get((move, scope))
        if found:
            return found
    return None


@dataclass(frozen=True, slots=True)
class MoveWords:
    """One move with the words that are in use for it: for all first, then families, then categories."""

    move: str
    words: Sequence[Words]


def all_words(district_id: int) -> list[MoveWords]:
    """What is in use, move by move."""
    used = dict(shipped()) | own_words(district_id)
    return [MoveWords(move, sorted((w for (m, _), w in used.items() if m == move), key=_order)) for move in FIELD_OF]


def _order(words: Words) -> tuple[int, str]:
    return ("all", "family", "category").index(words.scope.partition(":")[0]), words.scope


def reply_for(case: Case, words: Words, language: str, at: datetime) -> str:
    """The words as they read for a case, in ``zh``, ``en``, or both below each other."""
    if language == "both":
        return "\n\n".join(reply_for(case, words, one, at) for one in ("zh", "en"))
    return filled(words.zh if language == "zh" else words.en, values_of(case, language, at))


def values_of(case: Case, language: str, at: datetime) -> dict[str, str]:
    """The variables of one case."""
    zone, kind, community, body = zone_of(case.district), case.category, case.community, case.body
    is_zh = language == "zh"
    day = "{0.month}月{0.day}日" if is_zh else "{0:%Y-%m-%d}"
    return {
        "category": (kind.public_zh or kind.name_zh) if is_zh else (kind.public_en or kind.name_en or kind.name_zh),
        "community": (community.name_zh if is_zh else community.name_en) if community else "",
        "number": case.number, "told_on": day.format(case.told_at.astimezone(zone)),
        "body": (body.name_zh if is_zh else body.name_en) if body else "", "result": last_result(case),
        "today": day.format(at.astimezone(zone)),
        "hotline": case.district.hotline or str(settings.GRIDWARD_HOTLINE), "blank": "",
    }  # fmt: skip


def last_result(case: Case) -> str:
    """What the handler wrote last, closed with a full stop."""
    step = CaseStep.objects.filter(case_id=case.pk, verb="cases.finish").order_by("-n").first() if case.pk else None
    row = StepBody.objects.filter(table=CaseStep._meta.label, step_id=step.pk).first() if step else None
    text = str(json.loads(row.body).get("result", "")).strip() if row else ""
    return text if not text or text[-1] in "。！？.!?" else f"{text}。"


def example_of(district: District, scope: str, at: datetime) -> dict[str, dict[str, str]]:
    """Values for the preview, in both languages: of a case that nobody reported, of the category or family."""
    rows = Category.objects.filter(district=district, is_in_use=True)
    kind, _, chosen = scope.partition(":")
    if kind == "category":
        rows = rows.filter(pk=int(chosen))
    elif kind == "family":
        rows = rows.filter(family=chosen)
    category = rows.order_by("sort_key").first()
    if category is None:
        return {"zh": {}, "en": {}}
    case = Case(district=district, category=category, family=category.family, number="0" * 19, told_at=at,
                body=category.default_body)  # fmt: skip
    said = {"zh": {"community": "示例社区", "result": "灯已修好，晚上亮了。"},
            "en": {"community": "Example Community", "result": "The lamp is mended and lit."}}  # fmt: skip
    return {language: values_of(case, language, at) | more for language, more in said.items()}


def is_scope(district_id: int, scope: str, families: Iterable[str]) -> bool:
    """Whether words may be written for it."""
    kind, _, chosen = scope.partition(":")
    if kind == "category" and chosen.isdecimal() and len(chosen) < 19:
        return Category.objects.filter(district_id=district_id, pk=int(chosen)).exists()
    return scope == "all" or (kind == "family" and chosen in families)

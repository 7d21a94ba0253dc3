"""What the list of 事项准入 says of a case: whether it may be passed to a body of a community."""

from collections.abc import Iterator
from datetime import date

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.models import Case, Category
from gridward.cases.queries.choices import categories_of
from gridward.cases.queries.routing import major_key
from gridward.core.errors import RuleBroken
from gridward.duties.queries.listed import MatterName, Passing, WholeList, passing

OF_COMMUNITIES = (Body.Kind.RESIDENTS_COMMITTEE, Body.Kind.PARTY_ORGANISATION, Body.Kind.INFORMATION_STATION)


def is_of_community(body: Body) -> bool:
    """A committee, a party organisation or a station; a service centre where its area is a community."""
    if body.kind in OF_COMMUNITIES:
        return True
    is_centre = body.kind == Body.Kind.SERVICE_CENTRE and body.division is not None
    return is_centre and body.division is not None and body.division.level == Division.Level.COMMUNITY


def passing_of(case: Case, day: date, listed: WholeList | None = None) -> Passing:
    """Whether communities may lead this case, help with it, or neither; by a list that was read, or by asking."""
    codes = (str(case.category_id), major_key(case.category))
    if listed is not None:
        return listed.passing(codes, (case.subdistrict_id,), day)
    return passing(case.district_id, codes, (case.subdistrict_id,), day)


def check_passing(said: Passing, case: Case, body: Body, *, assists: bool) -> None:
    """Raises RuleBroken ``case.not_for_community`` or ``case.community_only_assists``."""
    if said is Passing.LEAD or (assists and said is Passing.ASSIST):
        return
    code = "case.community_only_assists" if said is Passing.ASSIST else "case.not_for_community"
    raise RuleBroken(code, body_zh=body.name_zh, body_en=body.name_en, matter_zh=case.category.name_zh,
                     matter_en=case.category.name_en)  # fmt: skip


def matters(*, district_id: int) -> Iterator[MatterName]:
    """The matters that a district could list: every major class as a whole, and every category."""
    seen: set[str] = set()
    for row in categories_of(district_id).order_by("family", "sort_key"):
        key, group = major_key(row), f"{row.family}/{row.kind}/{row.major_zh}"
        if row.major_zh and key not in seen:
            seen.add(key)
            yield MatterName(key, f"{row.major_zh}（整类）", f"{row.major_en} (all of it)", group)
        yield _named(row, group)


def _named(row: Category, group: str) -> MatterName:
    return MatterName(str(row.pk), f"{row.name_zh}（{row.code}）", f"{row.name_en} ({row.code})", group)

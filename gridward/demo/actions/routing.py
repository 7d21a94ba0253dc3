"""The routing rules of the example district: what its offices and committees do at their own place."""

from collections import Counter
from datetime import date
from typing import Any

from gridward.accounts.models import Body
from gridward.cases.actions.responsibilities import Answer, put_responsibility
from gridward.cases.actions.routing import begin_draft, go_live, put_rule, try_draft
from gridward.cases.models import Category
from gridward.cases.queries.routing import major_key
from gridward.core.actor import SYSTEM
from gridward.districts.models import District
from gridward.duties.actions.listing import list_duty
from gridward.work import clock

OF_OFFICES = ("subdistrict", "police")
OF_COMMITTEES = ("community", "property", "service_centre")


def put_rules(district: District) -> None:
    """Three rules, tried and put live as a dispatcher would; other cases go to the usual body of their category."""
    by: dict[str, Any] = {"by": SYSTEM, "at": clock.now()}
    draft = begin_draft(district=district, **by)
    for conditions, kind, reason in (
        (_trades(district, OF_OFFICES), Body.Kind.SUBDISTRICT_OFFICE, "属地事项，由街道牵头"),
        (_trades(district, OF_COMMITTEES), Body.Kind.RESIDENTS_COMMITTEE, "社区自己能办的，就近办"),
        ({"families": ["dispute"]}, Body.Kind.RESIDENTS_COMMITTEE, "邻里纠纷先由社区调解"),
    ):
        put_rule(table=draft, number=None, conditions=conditions, body=None, body_kind=kind, reason=reason, **by)
    try_draft(table=draft, **by)
    go_live(table=draft, **by)


def put_list(district: District, valid_from: date) -> None:
    """What the communities of the example district take on: what its rules send them, and disputes of neighbours."""
    by: dict[str, Any] = {"by": SYSTEM, "at": clock.now(), "district": district, "valid_from": valid_from}
    disputes = Category.objects.filter(district=district, family="dispute", is_in_use=True).order_by("sort_key")
    for key in dict.fromkeys(major_key(row) for row in disputes):
        list_duty(matter=key, basis="居委会组织法第三条：调解民间纠纷", only_assists=False, **by)
    for pk in _trades(district, OF_COMMITTEES)["categories"]:
        list_duty(matter=pk, basis="社区自己能办的，就近办", only_assists=False, **by)


def put_responsibilities(district: District, valid_from: date) -> None:
    """Whole classes by the body that most of their categories name, and a line of its own for each that differs."""
    by: dict[str, Any] = {"by": SYSTEM, "at": clock.now(), "valid_from": valid_from, "subdistrict": None, "place": ""}
    rows = Category.objects.filter(district=district, is_in_use=True, default_body__isnull=False)
    classes: dict[str, list[Category]] = {}
    for row in rows.exclude(major_zh="").select_related("default_body").order_by("sort_key"):
        classes.setdefault(major_key(row), []).append(row)
    for key, found in classes.items():
        usual = Counter(row.default_body for row in found).most_common(1)[0][0]
        lines = [(key, usual)] + [(str(row.pk), row.default_body) for row in found if row.default_body != usual]
        for matter, body in lines:
            answer = Answer(body, "", (), "示例区部门职责规定")
            put_responsibility(district=district, matter=matter, answer=answer, **by)


def _trades(district: District, specialities: tuple[str, ...]) -> dict[str, list[str]]:
    rows = Category.objects.filter(district=district, speciality__in=specialities, is_in_use=True)
    return {"categories": [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]}

"""Cases that were handled, as a dry run of routing rules wants them."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gridward.audit.models import StepBody
from gridward.cases.models import Case, CaseStep, Category
from gridward.cases.queries.calendars import calendar_row, core_calendar
from gridward.cases.queries.routing import Bodies, Routing, bodies_of, code_of, major_key
from gridward.core.dispatch.rules import Matter, Target
from gridward.core.dispatch.trial import Past
from gridward.districts.models import District
from gridward.grids.models import Grid

PAST_DAYS = 90
PAST_MOST = 20_000
AT_ONCE = 500
COLUMNS = (
    "pk", "number", "family", "category_id", "subdistrict_id", "community_id", "grid_id", "channel", "is_urgent",
    "reported_at", "body_id", "return_count", "complained_body__path", "component__maintainer_id",
    "component__owner_id",
)  # fmt: skip


def past_cases(district: District, *, at: datetime) -> Iterator[Past]:
    """The newest cases of the last 90 days in which a body gave feedback, 20,000 at most: what is tried on."""
    since = at - timedelta(days=PAST_DAYS)
    rows = Case.objects.filter(district=district, reported_at__gte=since, feedback_at__isnull=False, body__isnull=False)
    found = list(rows.order_by("-reported_at", "-pk").values_list(*COLUMNS)[:PAST_MOST])
    reader = _Reader(district)
    for start in range(0, len(found), AT_ONCE):
        chunk = found[start : start + AT_ONCE]
        first = _sent_first([row[0] for row in chunk if row[11]])
        yield from (reader.past(row, first.get(row[0], row[10])) for row in chunk)


class _Reader:
    """Turns rows into what the core tries rules on; the lists of the district are read once."""

    def __init__(self, district: District) -> None:
        calendar = core_calendar(calendar_row(district))
        self.routing = Routing(district, 0, (), calendar, bodies_of(district.pk))
        self.categories = Category.objects.filter(district=district).in_bulk()
        self.kinds = dict(Grid.objects.filter(district=district).values_list("pk", "kind"))

    @property
    def bodies(self) -> Bodies:
        assert self.routing.bodies is not None
        return self.routing.bodies

    def past(self, row: Sequence[object], first: int) -> Past:
        """One case; the place is the grid of the day of the report."""
        (_, number, family, category_id, subdistrict, community, grid, channel, is_urgent, reported_at, final, returns,
         complained, *keepers) = row  # fmt: skip
        category = self.categories[category_id]
        find = self.bodies.finder((community, subdistrict), complained)
        usual = category.default_body_id
        matter = Matter(
            family, frozenset({str(category_id), major_key(category)}), code_of(subdistrict), code_of(community),
            code_of(grid), self.kinds.get(grid, ""), channel, is_urgent, *self.routing.hour(reported_at),
            tuple(dict.fromkeys(pk for pk in keepers if pk)),
        )  # fmt: skip
        kind = (str(category_id), code_of(subdistrict))
        return Past(number, matter, find, usual if usual and find(Target(usual)) else None, first, final, returns, kind)


def _sent_first(case_ids: Sequence[int]) -> dict[int, int]:
    """The body that each case was sent to at first, as its step says; not where retention took the words."""
    steps = CaseStep.objects.filter(case_id__in=case_ids, verb="cases.dispatch").order_by("-n")
    case_of = dict(steps.values_list("pk", "case_id"))
    first = {case: pk for pk, case in case_of.items()}
    rows = StepBody.objects.filter(table=CaseStep._meta.label, step_id__in=first.values())
    said = {case_of[step]: json.loads(body).get("body") for step, body in rows.values_list("step_id", "body")}
    return {case: body for case, body in said.items() if body}

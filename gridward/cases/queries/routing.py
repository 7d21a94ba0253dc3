"""Where a case is proposed to go, and the rules that say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from gridward.accounts.models import Body
from gridward.cases.models import Case, Category, RoutingRule, RoutingTable
from gridward.cases.queries.calendars import calendar_row, core_calendar
from gridward.cases.queries.choices import HANDLING_KINDS
from gridward.core.calendar.working import WorkingCalendar
from gridward.core.dispatch.rules import Find, Matter, Route, Rule, Target, conditions_from, route
from gridward.districts.models import District
from gridward.districts.queries import zone_of
from gridward.gpkg.prepared import Prepared
from gridward.registers.models import Component


def major_key(category: Category) -> str:
    """What stands for the whole major class of a category among its conditions."""
    return f"{category.family}/{category.kind}/{category.major_zh}"


def table_of(district_id: int, state: str) -> RoutingTable | None:
    """The version that is live, or the draft."""
    return RoutingTable.objects.filter(district_id=district_id, state=state).first()


@dataclass(frozen=True, slots=True)
class Bodies:
    """Bodies that may be made responsible: the path of each, and which of a kind answers for a division."""

    paths: dict[int, str]
    of_place: dict[tuple[str, int], int]

    def finder(self, places: Sequence[int | None], complained: str | None) -> Find:
        """Finds targets for a place given by its divisions, the smallest first; never the subject of a complaint."""

        def find(target: Target) -> int | None:
            ids = [target.body] if target.body else [self.of_place.get((target.kind, p)) for p in places if p]
            return next((pk for pk in ids if pk in self.paths and not self._is_subject(pk, complained)), None)

        return find

    def _is_subject(self, pk: int, complained: str | None) -> bool:
        return bool(complained) and self.paths[pk].startswith(str(complained))


def bodies_of(district_id: int, asked: Q | None = None) -> Bodies:
    """All of a district, or those that are asked for: one statement."""
    rows = Body.objects.filter(asked or Q(), district_id=district_id, kind__in=HANDLING_KINDS, valid_to__isnull=True)
    found = list(rows.order_by("-sort_key").values_list("pk", "kind", "division_id", "path"))
    return Bodies(
        {pk: path for pk, _, _, path in found},
        {(kind, division): pk for pk, kind, division, _ in found if division is not None},
    )


def named_by(rules: Sequence[Rule], usual: int | None, places: Sequence[int | None], keepers: Sequence[int] = ()) -> Q:
    """The bodies that rules can name for one place, and those that keep its component."""
    ids = {rule.target.body for rule in rules if rule.target.body} | ({usual} if usual else set()) | set(keepers)
    kinds = {rule.target.kind for rule in rules if rule.target.kind}
    return Q(pk__in=ids) | Q(kind__in=kinds, division_id__in=[place for place in places if place])


@dataclass(frozen=True, slots=True)
class Routing:
    """The live rules of a district; ``bodies`` are all of them where many cases are routed, else read for each."""

    district: District
    table: int
    rules: tuple[Rule, ...]
    calendar: WorkingCalendar
    bodies: Bodies | None = None

    def route(self, case: Case) -> Route | None:
        """Where the rules send a case; none where neither a rule nor its category names a body."""
        usual, places = case.category.default_body_id, (case.community_id, case.subdistrict_id)
        matter = self.matter(case)
        holding = tuple(rule for rule in self.rules if rule.conditions.hold(matter))
        bodies = self.bodies or bodies_of(self.district.pk, named_by(holding, usual, places, matter.keepers))
        find = bodies.finder(places, case.complained_body.path if case.complained_body else None)
        return route(holding, matter, find, usual if usual and find(Target(usual)) else None)

    def matter(self, case: Case) -> Matter:
        """What the rules look at of an open case."""
        categories = frozenset({str(case.category_id), major_key(case.category)})
        place = case.duty_grid.kind if case.duty_grid else ""
        return Matter(
            case.family, categories, code_of(case.subdistrict_id), code_of(case.community_id),
            code_of(case.duty_grid_id), place, case.channel, case.is_urgent, *self.hour(case.reported_at),
            keepers_of(case.component if case.component_id else None),
        )  # fmt: skip

    def hour(self, moment: datetime) -> tuple[int, bool]:
        """The minute of its day, and whether it is a working day."""
        local = moment.astimezone(zone_of(self.district))
        return local.hour * 60 + local.minute, self.calendar.is_workday(local.date())


def keepers_of(component: Component | None) -> tuple[int, ...]:
    """Who would mend it: its maintainer, else its owner."""
    held = (component.maintainer_id, component.owner_id) if component else ()
    return tuple(dict.fromkeys(pk for pk in held if pk))


def code_of(pk: int | None) -> str:
    return "" if pk is None else str(pk)


LIVE = Prepared(
    lambda pk: (
        RoutingRule.objects.filter(table__district_id=pk, table__state=RoutingTable.State.LIVE)
        .select_related("table")
        .order_by("position")
    )
)


def live_rules(district_id: int) -> tuple[int, tuple[Rule, ...]]:
    """The live version's number and its rules: one statement; 0 and none where a district has no rules of its own."""
    found = LIVE.rows(district_id)
    return (found[0].table.n, tuple(map(as_rule, found))) if found else (0, ())


def route_of(case: Case) -> Route | None:
    """Where the live rules, or its category, propose to send a case: for the form of a dispatch."""
    n, rules = live_rules(case.district_id)
    return Routing(case.district, n, rules, core_calendar(calendar_row(case.district))).route(case)


def as_rule(row: RoutingRule) -> Rule:
    """A row as the core reads it."""
    return Rule(row.number, conditions_from(row.conditions), Target(row.body_id, row.body_kind))

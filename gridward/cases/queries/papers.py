"""The papers of cases: which forms fit, for whom, and each as a sheet with everything filled in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.http import Http404

from gridward.accounts.queries import HeldRole
from gridward.cases.models import Case, CaseStep
from gridward.cases.queries.paper_facts import Occasion, facts_of, occasions
from gridward.cases.queries.paper_fields import FIELDS, sign_line
from gridward.cases.queries.visible import ROW, visible_cases
from gridward.core.errors import RuleBroken
from gridward.core.papers.forms import Form, load
from gridward.core.papers.sheet import Sheet
from gridward.core.scopes import Territory
from gridward.core.workflow import parse as workflow
from gridward.core.workflow.table import MoveKind
from gridward.districts.models import District
from gridward.districts.queries import local_day, zone_of
from gridward.web.moments import is_chinese, paper_day

MOST_SHEETS = 100
BLANK = "＿" * 6


@dataclass(frozen=True, slots=True)
class ReporterOnPaper:
    """Name and telephone as they were opened for one print, by who may, with a row left behind."""

    name: str = ""
    phone: str = ""


NOBODY = ReporterOnPaper()


def forms_for(held: HeldRole) -> list[Form]:
    """The forms that this role may print at all, in the order in which a case meets them."""
    return [form for form in load().forms.values() if held.role in form.roles]


def get_form(held: HeldRole, code: str) -> Form:
    """A form by its code; one that the role may not print is as if it did not exist."""
    form = load().forms.get(code)
    if form is None or held.role not in form.roles:
        raise Http404
    return form


def papers_of(case: Case, held: HeldRole) -> list[Occasion]:
    """The papers that fit the case as it stands, for this viewer; what happened last comes first."""
    facts = facts_of([case])[0]
    found = [occasion for form in forms_for(held) for occasion in occasions(facts, form)]
    return sorted(found, key=lambda occasion: -occasion.n)


def get_paper(case: Case, held: HeldRole, code: str, n: int | None = None) -> Occasion:
    """One paper of a case: of its last occasion, or of the step ``n``; one that does not fit is not there."""
    found = occasions(facts_of([case])[0], get_form(held, code))
    chosen = [occasion for occasion in found if n is None or occasion.n == n]
    if not chosen:
        raise Http404
    return chosen[-1]


def papers_of_many(cases: Sequence[Case], form: Form) -> list[Occasion]:
    """The last paper of this form of each case that it fits, in the order of the cases."""
    found = (occasions(facts, form) for facts in facts_of(cases))
    return [one[-1] for one in found if one]


def sheet_of(one: Occasion, *, at: datetime, reporter: ReporterOnPaper = NOBODY, plain: bool = False) -> Sheet:
    """A paper filled in, in the reader's language."""
    form, case = one.form, one.facts.case
    district, chinese = case.district, is_chinese()
    values = {code: fill(one) for code, fill in FIELDS.items()}
    values |= {"printed_on": paper_day(local_day(district, at)), "phone": reporter.phone}
    values["reporter"] = reporter.name or (BLANK if form.is_letter else "")
    return Sheet(
        form=form, language="zh" if chinese else "en", office=district.name_zh if chinese else district.name_en,
        number=case.number, values=values, signed=tuple(sign_line(one, sign) for sign in form.signs),
        mark=example_mark(district), is_plain=plain and form.is_letter,
    )  # fmt: skip


def example_mark(district: District) -> str:
    """What every paper of an example district says."""
    if not district.is_demo:
        return ""
    return "示例 · 地点、案卷和人物都是虚构的" if is_chinese() else "Example · places, cases and people are invented"


def cases_by_number(held: HeldRole, seen: Territory, numbers: Iterable[str]) -> list[Case]:
    """Those of these cases that the viewer sees, in the order of the list.

    Raises RuleBroken ``papers.too_many`` for more than a hundred.
    """
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) > MOST_SHEETS:
        raise RuleBroken("papers.too_many", most=MOST_SHEETS)
    rows = {case.number: case for case in visible_cases(held, seen).filter(number__in=wanted).select_related(*ROW)}
    return [rows[number] for number in wanted if number in rows]


def cases_of_day(held: HeldRole, seen: Territory, form: Form, day: date, district: District) -> QuerySet[Case]:
    """Cases in which the step of this form was made on a day of the district, the earliest first."""
    zone = zone_of(district)
    since, until = (datetime.combine(one, time.min, tzinfo=zone) for one in (day, day + timedelta(days=1)))
    verbs = [f"cases.{move}" for move in form.after | _asking(form)]
    made = CaseStep.objects.filter(
        district_id=district.pk, recorded_at__gte=since, recorded_at__lt=until, verb__in=verbs
    )  # fmt: skip
    ids = list(made.values_list("case_id", flat=True).distinct())  # a list is looked up, a query scanned for
    rows = visible_cases(held, seen).filter(pk__in=ids)
    return rows.select_related(*ROW).order_by("body__sort_key", "reported_at", "pk")


def _asking(form: Form) -> set[str]:
    """The moves, of any table, that ask for what the form is about."""
    tables = (workflow.load(name) for name in workflow.names())
    moves = (move for table in tables for move in table.moves.values())
    return {move.code for move in moves if move.kind is MoveKind.ASK and move.request in form.asks}

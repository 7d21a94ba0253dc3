"""回访: which cases may be drawn for a body, its list, one call, and what came of a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from gridward.accounts.models import Body, Grant
from gridward.accounts.queries import HeldRole
from gridward.accounts.queries.grants import in_force
from gridward.cases.actions.contacts import READERS
from gridward.cases.models import CallBack, CallBackRound, Case, CaseStep, Contact, JointTask
from gridward.cases.queries.repeats import WORKED_ON
from gridward.core.workflow.parse import load, names
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import zone_of

DRAWERS = frozenset({Role.DUTY_CHIEF, Role.SUPERVISOR, Role.DISTRICT_DIRECTOR})
TOOK_PART = (JointTask.State.TAKEN, JointTask.State.DONE)
MOST_SHOWN = 25


def may_draw(held: HeldRole) -> bool:
    """Who leads or supervises the whole district."""
    return held.role in DRAWERS and f"district:{held.district_id}" in held.scopes


def handling_verbs() -> tuple[str, ...]:
    """The steps, in any table, by which a body has a part in the work."""
    return tuple({f"cases.{move}" for table in names() for move in load(table).duties["handles"]})


def days_between(district: District, since: date, until: date) -> tuple[datetime, datetime]:
    """From the first moment of one local day to the last of another."""
    zone = zone_of(district)
    return datetime.combine(since, time(), zone), datetime.combine(until + timedelta(days=1), time(), zone)


def frame_of(district: District, body: Body, since: date, until: date) -> QuerySet[Case]:
    """Cases that ended in these days, were worked on by others, can be asked by phone, and were never drawn before.

    Complaints about a body are left out: nobody but the acceptor opens who reported them.
    """
    begins, ends = days_between(district, since, until)
    above = [int(part) for part in body.path.strip("/").split("/")]
    reachable = Contact.objects.filter(
        case=OuterRef("pk"), kind=Contact.Kind.REPORTER, phone_index__isnull=False, purged_at__isnull=True
    ).exclude(answer_by=Contact.Answer.NONE)
    assisted = JointTask.objects.filter(case=OuterRef("pk"), body=body, state__in=TOOK_PART)
    worked = CaseStep.objects.filter(case=OuterRef("pk"), body=body, verb__in=handling_verbs())
    rows = Case.objects.filter(
        Exists(reachable), ~Exists(worked), ~Exists(assisted), ~Exists(CallBack.objects.filter(case=OuterRef("pk"))),
        district=district, is_open=False, state__in=WORKED_ON, closed_at__gte=begins, closed_at__lt=ends,
        complained_body__isnull=True, category__is_about_body=False, is_quarantined=False,
    )  # fmt: skip
    return rows.exclude(body_id__in=above)


def callers_of(district: District, day: date) -> QuerySet[Body]:
    """Bodies with somebody who may call back."""
    holding = Grant.objects.filter(in_force(day), district=district, role__in=[*READERS])
    return Body.objects.filter(pk__in=holding.values("body_id"), valid_to__isnull=True).order_by("sort_key")


def calls_of(held: HeldRole) -> QuerySet[CallBack]:
    """The calls of the viewer's body, for who may call; else none."""
    rows = CallBack.objects.filter(district_id=held.district_id, round__body=held.body)
    return rows if held.role in READERS else rows.none()


def open_calls(held: HeldRole) -> tuple[Sequence[CallBack], int]:
    """What is to be called next, in the order of the draw, and how many there are in all."""
    rows = calls_of(held).filter(state=CallBack.State.OPEN)
    found = rows.select_related("round", "case__category", "case__community").order_by("round__n", "position")
    return found[:MOST_SHOWN], rows.count()


def get_call(held: HeldRole, pk: int) -> CallBack:
    """One call of the viewer's body; 404 for others."""
    rows = calls_of(held).select_related("round__body", "case__category", "case__community", "case__district")
    call = rows.filter(pk=pk).first()
    if call is None:
        raise Http404
    return call


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round with what came of it so far."""

    round: CallBackRound
    drawn: int
    open: int
    answered: int
    declined: int
    unreached: int


def rounds(district_id: int) -> list[RoundLine]:
    """The latest rounds first."""
    state = CallBack.State
    counts = {one.value: Count("calls", filter=Q(calls__state=one)) for one in state}
    rows = CallBackRound.objects.filter(district_id=district_id).select_related("body", "by")
    rows = rows.annotate(drawn=Count("calls"), **{f"n_{name}": count for name, count in counts.items()})
    return [
        RoundLine(row, row.drawn, row.n_open, row.n_answered, row.n_declined, row.n_unreached)
        for row in rows.order_by("-n")[:24]
    ]

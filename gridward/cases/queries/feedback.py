"""What residents said of ended cases, in an area and a time: their own ratings, call-backs, what came back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from gridward.cases.models import CallBack, CaseEvaluation
from gridward.cases.models.rollup import month_of
from gridward.cases.queries.calling import days_between
from gridward.cases.queries.figures import Area, flow
from gridward.cases.queries.yearbook import months_on
from gridward.core.feedback.rates import Share
from gridward.districts.models import District
from gridward.districts.queries import local_day

ENDS = ("closed", "unresolved", "forced", "self_handled")
CONTENT = 4
TWICE = 2
Occasion, State = CaseEvaluation.Occasion, CallBack.State


@dataclass(frozen=True, slots=True)
class Feedback:
    """Residents' own answers make the rates; what staff typed stands apart, with who could not be asked beside it."""

    ended: int
    rated: int
    solved: Share
    content: Share
    typed: int
    unreached: int
    drawn: int
    answered: int
    declined: int
    not_reached: int
    to_call: int
    call_solved: Share
    call_content: Share
    reopened: int
    reopened_twice: int
    repeats: Share

    @property
    def unanswered(self) -> int:
        """Ends of which nobody said anything."""
        return max(0, self.ended - self.rated - self.typed)


def said_publicly(district: District, at: datetime) -> Share:
    """How many residents said of what ended since the first day of last month that it is solved; by themselves."""
    this = month_of(local_day(district, at))
    begins, ends = days_between(district, months_on(this, -1), months_on(this, 1))
    return _ratings(CaseEvaluation.objects.filter(district=district, ended_at__gte=begins, ended_at__lt=ends))["solved"]


def _placed(area: Area) -> Q:
    """Of rows with a case; complaints about a body are counted for the whole district only."""
    if area.division_ids is None:
        return Q(district_id=area.district_id)
    here = Q(case__community_id__in=area.division_ids)
    here |= Q(case__community__isnull=True, case__subdistrict_id__in=area.division_ids)
    apart = {"case__complained_body__isnull": True, "case__category__is_about_body": False}
    return Q(district_id=area.district_id, **apart) & here


def feedback_of(area: Area, district: District, since: date, end: date) -> Feedback:
    """From the first day of a month to before that of another, by the day on which a case ended."""
    begins, ends = days_between(district, since, end - timedelta(days=1))
    during = {"ended_at__gte": begins, "ended_at__lt": ends}
    months = flow(area, since, end, ("month",), (*ENDS, "reopened")).values()
    happened = [sum(counts) for counts in zip(*months, strict=True)] or [0]
    records = CaseEvaluation.objects.filter(_placed(area), **during)
    said, noted = _ratings(records), _notes(records)
    called = _calls(CallBack.objects.filter(_placed(area), **during))
    return Feedback(
        ended=sum(happened[:-1]), reopened=happened[-1], **said, **noted, **called
    )  # fmt: skip


def _ratings(records: QuerySet[CaseEvaluation]) -> dict[str, Any]:
    """What the reporters said; typed by staff apart."""
    own = Q(is_typed_by_staff=False)
    told = records.filter(occasion=Occasion.RATED).aggregate(
        rated=Count("pk", filter=own), typed=Count("pk", filter=~own),
        yes=Count("pk", filter=own & Q(says_solved=True)), asked=Count("pk", filter=own & Q(says_solved__isnull=False)),
        content=Count("pk", filter=own & Q(stars__gte=CONTENT)), stars=Count("pk", filter=own & Q(stars__isnull=False)),
    )  # fmt: skip
    return {
        "rated": told["rated"], "typed": told["typed"], "solved": Share(told["yes"], told["asked"]),
        "content": Share(told["content"], told["stars"]),
    }  # fmt: skip


def _notes(records: QuerySet[CaseEvaluation]) -> dict[str, Any]:
    """Who was not reached, what was opened again more than once, what came back."""
    ended = records.filter(occasion=Occasion.ENDED)
    came_back = ended.filter(is_repeat__isnull=False)
    return {
        "unreached": ended.filter(unreached_count__gt=0).count(),
        "reopened_twice": ended.filter(reopen_count__gte=TWICE).values("case_id").distinct().count(),
        "repeats": Share(came_back.filter(is_repeat=True).count(), came_back.count()),
    }


def _calls(calls: QuerySet[CallBack]) -> dict[str, Any]:
    """What came of the samples."""
    told = calls.aggregate(
        drawn=Count("pk"), answered=Count("pk", filter=Q(state=State.ANSWERED)),
        declined=Count("pk", filter=Q(state=State.DECLINED)), not_reached=Count("pk", filter=Q(state=State.UNREACHED)),
        to_call=Count("pk", filter=Q(state=State.OPEN)),
        yes=Count("pk", filter=Q(is_solved=True)), asked=Count("pk", filter=Q(is_solved__isnull=False)),
        content=Count("pk", filter=Q(stars__gte=CONTENT)), stars=Count("pk", filter=Q(stars__isnull=False)),
    )  # fmt: skip
    shares = {"call_solved": Share(told.pop("yes"), told.pop("asked")),
              "call_content": Share(told.pop("content"), told.pop("stars"))}  # fmt: skip
    return told | shares

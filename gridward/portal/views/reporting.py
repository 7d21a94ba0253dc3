"""反映问题 · 求助办事 · 咨询建议: three doors of equal size, one way in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.cases.actions.contacts import Reporter, new_token
from gridward.cases.actions.reference import reference_rows
from gridward.cases.actions.reporting import follow_case, report_case
from gridward.cases.models import Case
from gridward.cases.queries.public import nearby
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.portal.actions.counting import count_report
from gridward.portal.forms import DOORS, FollowForm, ReportForm
from gridward.web.moments import is_chinese
from gridward.work import clock

EMERGENCIES = {
    "emergency_119": ("着火", "起火", "冒烟", "被困", "fire", "smoke"),
    "emergency_120": ("晕倒", "受伤", "流血", "没气", "injured", "unconscious"),
    "emergency_110": ("打人", "持刀", "抢劫", "attack", "knife"),
}


def resident(request: HttpRequest) -> Actor:
    return Actor(None, Role.RESIDENT, None, request.district.pk)


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def emergency_words(text: str) -> list[str]:
    """What a person reads at once when the words sound like danger; it never blocks the report."""
    rows = {row["code"]: row for row in reference_rows("special_routes.csv")}
    language = "zh" if is_chinese() else "en"
    return [rows[code][f"words_{language}"] for code, signs in EMERGENCIES.items() if any(s in text for s in signs)]


def doors() -> list[dict[str, str]]:
    """The three doors with their words."""
    words = {
        "problem": (
            _("Report a problem"),
            _("A broken road, a dark lamp, a blocked stairway. Take a picture, tap the place."),
        ),
        "help": (
            _("Ask for help"),
            _("Meals, company to the doctor, papers, someone to lend a hand. You can also call."),
        ),
        "voice": (_("Ask and suggest"), _("Ask how things work, suggest, complain about a body or its staff.")),
    }  # fmt: skip
    return [{"code": code, "title": title, "text": text} for code, (title, text) in words.items()]


def report(request: HttpRequest, door: str) -> HttpResponse:
    """The form of a door, and taking the report in."""
    if door not in DOORS or request.district is None:
        raise Http404
    words = request.GET.get("words", "")[:200]
    form = ReportForm(request.POST or None, request.FILES or None, district=request.district, door=door, words=words)
    page = {"form": form, "door": next(d for d in doors() if d["code"] == door), "words": words}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        close = (
            nearby(request.district, given["position"], given["category"].pk, clock.now()) if given["position"] else []
        )
        if close and not given["is_new"]:
            return render(request, "portal/nearby.html", {**page, "nearby": close, "token": new_token()})
        return _take_in(request, form, page)
    page["emergency"] = emergency_words(str(form.data.get("description", words)))
    status = 422 if request.method == "POST" and not form.is_being_looked_at else 200
    return render(request, "portal/report.html", page, status=status)


def _take_in(request: HttpRequest, form: ReportForm, page: dict[str, object]) -> HttpResponse:
    now = clock.now()
    is_over = count_report(district_id=request.district.pk, address=address_of(request), at=now)
    try:
        case = report_case(
            district=request.district, report=form.report(is_quarantined=is_over), by=resident(request), at=now
        )
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return render(request, "portal/report.html", page, status=refused.status)
    token = form.cleaned_data["sealed"][1]
    return redirect(f"{reverse('portal:private', args=[token])}?new={case.number[-5:]}")


@require_POST
def follow(request: HttpRequest, public_id: str) -> HttpResponse:
    """“Me too”: no second report, the same answer."""
    case = Case.objects.filter(
        district=request.district, public_id=public_id, category__is_shown_nearby=True, complained_body__isnull=True
    ).first()
    form = FollowForm(request.POST)
    if case is None or not form.is_valid():
        raise Http404
    count_report(district_id=request.district.pk, address=address_of(request), at=clock.now())
    follow_case(
        case=case, reporter=Reporter(phone=form.cleaned_data["phone"]), token=form.cleaned_data["token"],
        by=resident(request), at=clock.now(),
    )  # fmt: skip
    return redirect("portal:private", token=form.cleaned_data["token"])

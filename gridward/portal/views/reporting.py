"""反映问题 · 求助办事 · 咨询建议: three doors of equal size, three small steps, one way in."""

import shapely
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.cases.actions.reporting import follow_case, report_case
from gridward.cases.forms.moves import named
from gridward.cases.models import Case, Category
from gridward.cases.queries.duplicates import Told
from gridward.cases.queries.notices import notices_for
from gridward.cases.queries.shown import case_to_follow, nearby, usual_limit
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.grids.queries.layers import ground_of
from gridward.portal.actions.counting import count_report
from gridward.portal.emergencies import channel_words, danger_words
from gridward.portal.forms.photos import previews
from gridward.portal.forms.reporting import LAST, ReportForm
from gridward.portal.guides import guide_of
from gridward.portal.queries.doors import DOORS, plain
from gridward.registers.queries import chosen_component
from gridward.web.headers import private_link
from gridward.web.maps import Feature, Layer, Sheet, Window, sheet
from gridward.web.moments import is_chinese
from gridward.work import clock


def resident(request: HttpRequest) -> Actor:
    return Actor(None, Role.RESIDENT, None, request.district.pk)


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def doors() -> list[dict[str, str]]:
    """The three doors with their words."""
    words = {
        "problem": (
            _("Report a problem"),
            _("A broken road, a dark lamp, a blocked stairway. Take a picture, tap the place."),
            _("Report"),
        ),
        "help": (
            _("Ask for help"),
            _("Meals, company to the doctor, papers, someone to lend a hand. You can also call."),
            _("Ask for it"),
        ),
        "voice": (
            _("Ask and suggest"), _("Ask how things work, suggest, complain about a body or its staff."), _("Speak"),
        ),
    }  # fmt: skip
    return [{"code": code, "title": title, "text": text, "go": go} for code, (title, text, go) in words.items()]


@private_link
def report(request: HttpRequest, door: str) -> HttpResponse:
    """One step of the form, or taking the report in. Nothing is kept before the last step is sent."""
    if door not in DOORS or request.district is None:
        raise Http404
    form = _form(request, door)
    if request.method != "POST":
        return _page(request, form, 1)
    wrong = form.first_wrong_step(form.was_at)
    if form.is_being_looked_at or form.asked == "find":
        return _page(request, form, form.was_at)
    if form.asked == "back":
        return _page(request, form, max(1, form.was_at - 1))
    if wrong:
        return _page(request, form, wrong, status=422, with_errors=True)
    if form.was_at < LAST:
        return _page(request, form, form.was_at + 1)
    return _follow(request, form) if request.POST.get("follow") else _take_in(request, form)


def _form(request: HttpRequest, door: str) -> ReportForm:
    """Bound to what was posted, or begun with the words of the address or of a guide."""
    guide = guide_of(request.GET.get("guide", ""))
    scheme, _kind, code = guide.category if guide else ("", "", "")
    form = ReportForm(
        request.POST or None, request.FILES or None, district=request.district, door=DOORS[door],
        theme=request.theme, words=request.GET.get("words", "")[:200],
    )  # fmt: skip
    known = next((c for c in form.categories if guide and (c.scheme, c.code) == (scheme, code)), None)
    if known and not form.is_bound:
        form.begin_with(known)
    about = chosen_component(request.district, request.GET.get("component", ""))
    if about and not form.is_bound:
        form.begin_at(about)
    return form


def _page(
    request: HttpRequest, form: ReportForm, step: int, *, status: int = 200, with_errors: bool = False,
    refusal: str = "",
) -> HttpResponse:  # fmt: skip
    """A step with everything else carried along."""
    language = "zh" if is_chinese() else "en"
    said = " ".join(str(form[name].value() or "") for name in ("description", "find", "place"))
    category = form.chosen_category()
    page = {
        "form": form, "step": step, "door": next(d for d in doors() if d["code"] == form.door.code),
        "previews": previews(form.all_photos()) if form.is_bound else [], "dangers": danger_words(said, language),
        "channel": channel_words(said, language), "needs_place": form.door.needs_place, "refusal": refusal,
    }  # fmt: skip
    if step == LAST:
        point, photo_place = form.cleaned_data.get("position"), form.photo_place()
        community = form.cleaned_data.get("community")
        page |= {
            "nearby": nearby(_told(form, category)) if point and category else [],
            "notices": notices_for(request.district, point, category.pk, clock.now()) if category else [],
            "is_urgent": bool(category and category.is_urgent), "photo_place": photo_place,
            "photo_sheet": _sheet_at(request, photo_place) if photo_place else None,
            "kind": plain(category) if category else "", "limit": usual_limit(category) if category else "",
            "components": form.components(), "chosen": form.about.component if form.about else None,
            "where": form.cleaned_data.get("place") or (named(community) if community else ""),
        }  # fmt: skip
    page["carried"] = form.carried(step)
    if form.is_bound:
        form.forget_errors(step if with_errors else None)
    return render(request, "portal/report.html", page, status=status)


def _told(form: ReportForm, category: Category) -> Told:
    """What was typed so far, to look for the same."""
    given = form.cleaned_data
    return Told(form.district, category, clock.now(), given.get("position"), place=given.get("place") or "",
                words=given.get("description") or "")  # fmt: skip


def _sheet_at(request: HttpRequest, point: tuple[float, float]) -> Sheet:
    """A small still picture of one place."""
    window, district = Window(*point, 600.0, (520, 260)), request.district
    here = Layer("place", [Feature(shapely.Point(*point))])
    return sheet(request, [here], title=_("Where the photo was taken"), whole=window.box, start=window,
                 size=window.size, name="photo_map", is_still=True, ground=ground_of(district))  # fmt: skip


def _take_in(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """One report, one case: sent twice, it is found again and not counted again."""
    now, (client_uuid, token) = clock.now(), form.cleaned_data["sealed"]
    again = Case.objects.filter(client_uuid=client_uuid, district=request.district).exists()
    is_over = not again and count_report(
        district=request.district, address=address_of(request), point=form.cleaned_data["position"], at=now
    )
    try:
        report_case(district=request.district, report=form.report(is_quarantined=is_over), by=resident(request), at=now)
    except RuleBroken as refused:
        step = 1 if refused.code == "case.outside_district" else LAST
        sentence = refused.sentence("zh" if is_chinese() else "en")
        return _page(request, form, step, status=refused.status, with_errors=True, refusal=sentence)
    if again:
        messages.info(request, _("We had this report already; it was not taken in twice. Add what is new below."))
    return redirect(f"{reverse('portal:private', args=[token])}?new=1")


def _follow(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """“Me too”: no second report, the same answer. It counts towards the budget like a report."""
    case, token = case_to_follow(request.district, request.POST["follow"]), form.cleaned_data["sealed"][1]
    now = clock.now()
    if case is None:
        sentence = _("That matter has just been closed. If yours is still there, send it as your own.")
        return _page(request, form, LAST, status=409, with_errors=True, refusal=sentence)
    if count_report(district=request.district, address=address_of(request), point=None, at=now):
        sentence = _("Very many from your network have joined this hour. Send it as your own report, or call us.")
        return _page(request, form, LAST, status=429, with_errors=True, refusal=sentence)
    follow_case(case=case, reporter=form.reporter(), token=token, by=resident(request), at=now)
    return redirect(f"{reverse('portal:private', args=[token])}?new=1")

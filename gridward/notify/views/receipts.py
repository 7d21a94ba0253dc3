"""Where an SMS gateway says what became of messages: signed, without a session."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.districts.queries import chosen_district
from gridward.notify.actions.sending import note_receipt
from gridward.notify.channels.gateway import Receipts, at_path, gateway, secret
from gridward.notify.channels.hooks import is_signed
from gridward.notify.channels.sms import read_json
from gridward.work import clock

LARGEST_BYTES = 512 * 2**10
MOST_AT_ONCE = 500


@csrf_exempt
@require_POST
def take(request: HttpRequest, code6: str) -> HttpResponse:
    """Receipts of one or many messages; wrong signatures find no such page."""
    described, district = _expected(code6)
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if not announced.isdecimal() or int(announced) > LARGEST_BYTES or not _is_genuine(request):
        raise Http404
    said = read_json(request.body) if "json" in request.content_type else request.POST.dict()
    known = _note(district, described, said)
    return JsonResponse({"code": 0, "known": known})


def _expected(code6: str) -> tuple[Receipts, District]:
    """How receipts read here; 404 where none are expected."""
    try:
        receipts, district = gateway().receipts, chosen_district(code6)
    except RuleBroken:
        raise Http404 from None
    if receipts is None:
        raise Http404
    return receipts, district


def _is_genuine(request: HttpRequest) -> bool:
    given = request.headers.get("Gridward-Signature", "").removeprefix("sha256=")
    return is_signed(secret(), request.headers.get("Gridward-Timestamp", ""), request.body, given, clock.now())


def _note(district: District, described: Receipts, said: object) -> int:
    rows = at_path(said, described.list_path) if described.list_path else [said]
    known = 0
    for row in rows[:MOST_AT_ONCE] if isinstance(rows, list) else ():
        own, state = at_path(row, described.id_path), str(at_path(row, described.state_path))
        if own not in (None, ""):
            known += note_receipt(
                district_id=district.pk, external_id=str(own)[:80], is_delivered=state in described.delivered,
                at=clock.now(),
            )  # fmt: skip
    return known

"""Whether a case is a problem that came back."""

from gridward.cases.models import Case
from gridward.core.coordinates import Projection
from gridward.core.feedback.repeats import REPEAT_M, window
from gridward.core.geometry import point_distance_m, tiles_around

WORKED_ON = ("closed", "evaluated", "closed_unresolved", "forced_closed", "self_handled")


def is_repeat(case: Case) -> bool | None:
    """Was the same kind of matter, within 50 m, ended in the 30 days before this was reported? None without a place.

    Seconds of nothing: an index leads from the squares around and the category to the few cases there.
    """
    if case.position is None:
        return None
    point, projection = case.position.coords, Projection(case.district.central_meridian)
    since, until = window(case.reported_at)
    rows = Case.objects.filter(
        district_id=case.district_id, tile__in=tiles_around(*point, REPEAT_M, projection),
        category_id=case.category_id, state__in=WORKED_ON, closed_at__gte=since, closed_at__lte=until,
    ).exclude(pk=case.pk)  # fmt: skip
    places = rows.filter(position__isnull=False).values_list("position", flat=True)
    return any(point_distance_m(point, place.coords, projection) <= REPEAT_M for place in places)

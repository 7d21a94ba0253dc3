"""A design of grids for the example: the subdistrict's leader asks, the jobs process counts and computes."""

from gridward.accounts.models import Grant
from gridward.core.actor import Actor
from gridward.districts.models import District
from gridward.grids.actions import begin_design
from gridward.grids.models import GridDesign
from gridward.work import clock


def ask_for_design(district: District) -> None:
    """Once, for the subdistrict that Hui leads: near means minutes on foot."""
    grant = Grant.objects.select_related("body__division").filter(district=district, user__username="hui").first()
    if grant is None or grant.body.division is None or GridDesign.objects.filter(district=district).exists():
        return
    by = Actor(grant.user_id, grant.role, grant.body_id, district.pk)
    begin_design(division=grant.body.division, by_walking=True, by=by, at=clock.now())

"""The budget of the open door: above it a report is taken in and waits in quarantine, with the same clock."""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from gridward.core.coordinates import Projection
from gridward.core.geometry import public_point
from gridward.districts.models import District
from gridward.portal.models import ReportCount
from gridward.vault.keys import key_ring

MOST_AN_HOUR = 12
MOST_AT_A_PLACE = 20
MOST_TRIES = 60
KEPT = timedelta(days=2)


def prefix_of(address: str) -> str:
    """/24 of an IPv4 address, /64 of an IPv6 address; empty when it is neither."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 64}", strict=False))


def origin_of(what: str, origin: str, at: datetime) -> bytes:
    """A range or place as a hash that holds for one day; without the key nobody can turn it back."""
    text = f"origin:{at:%Y-%m-%d}:{what}:{origin}"
    return hmac.new(key_ring().index, text.encode(), hashlib.sha256).digest()


def count_report(*, district: District, address: str, point: tuple[float, float] | None, at: datetime) -> bool:
    """Count one report of this range and of this place; answers whether either is above its budget.

    The place is the 50 m square, hashed like the range.
    """
    is_over = _count(district.pk, origin_of("report", prefix_of(address), at), at) > MOST_AN_HOUR
    if point is None:
        return is_over
    lon, lat = public_point(*point, Projection(district.central_meridian))
    return _count(district.pk, origin_of("place", f"{lon:.5f},{lat:.5f}", at), at) > MOST_AT_A_PLACE or is_over


def count_tries(*, district_id: int, address: str, at: datetime) -> bool:
    """Count one look-up by code or link of this range; answers whether it is above what people need.

    Above it nothing more is written, so that a flood of guesses costs one read each.
    """
    origin = origin_of("try", prefix_of(address), at)
    hour = _hour(at)
    row = ReportCount.objects.filter(district_id=district_id, origin=origin, hour=hour).first()
    return (row is not None and row.count >= MOST_TRIES) or _count(district_id, origin, at) > MOST_TRIES


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


@transaction.atomic
def _count(district_id: int, origin: bytes, at: datetime) -> int:
    hour = _hour(at)
    row, _ = ReportCount.objects.get_or_create(district_id=district_id, origin=origin, hour=hour)
    ReportCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
    return row.count + 1


def forget_counts(*, at: datetime) -> int:
    """Remove what is older than two days."""
    count, _ = ReportCount.objects.filter(hour__lt=at - KEPT).delete()
    return count

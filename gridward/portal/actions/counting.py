"""The budget of the open door: above it a report is taken in and waits in quarantine, with the same clock."""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from gridward.portal.models import ReportCount
from gridward.vault.keys import key_ring

MOST_AN_HOUR = 12
MOST_TRIES = 60
KEPT = timedelta(days=2)


def prefix_of(address: str) -> str:
    """/24 of an IPv4 address, /64 of an IPv6 address; empty when it is neither."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 64}", strict=False))


def origin_of(what: str, address: str, at: datetime) -> bytes:
    """The range as a hash that holds for one day and cannot be turned back."""
    text = f"origin:{at:%Y-%m-%d}:{what}:{prefix_of(address)}"
    return hmac.new(key_ring().index, text.encode(), hashlib.sha256).digest()


def count_report(*, district_id: int, address: str, at: datetime) -> bool:
    """Count one report of this range; answers whether it is above the budget."""
    return _count(district_id, origin_of("report", address, at), at) > MOST_AN_HOUR


def count_tries(*, district_id: int, address: str, at: datetime) -> bool:
    """Count one look-up by code or link of this range; answers whether it is above what people need."""
    return _count(district_id, origin_of("try", address, at), at) > MOST_TRIES


@transaction.atomic
def _count(district_id: int, origin: bytes, at: datetime) -> int:
    hour = at.replace(minute=0, second=0, microsecond=0)
    row, _ = ReportCount.objects.get_or_create(district_id=district_id, origin=origin, hour=hour)
    ReportCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
    return row.count + 1


def forget_counts(*, at: datetime) -> int:
    """Remove what is older than two days."""
    count, _ = ReportCount.objects.filter(hour__lt=at - KEPT).delete()
    return count

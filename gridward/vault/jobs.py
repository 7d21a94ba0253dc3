"""What the vault does in the background: seals each minute, the purge log after each purge."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gridward.audit.actions import seal_district
from gridward.audit.models import Step
from gridward.audit.queries import PURGE_VERB
from gridward.districts.models import District
from gridward.vault.keys import key_ring
from gridward.vault.purges import Purged, tell_purged
from gridward.work.actions import take_turn
from gridward.work.models import Delivery

LOOK_BACK = timedelta(hours=2)
LOOK_AT_ALL = timedelta(hours=1)


def seal_everything(*, at: datetime) -> int:
    """Seal what was recorded lately, and once an hour whatever else has no seal; answer how many rows."""
    is_full = take_turn(name="vault.seal_all", at=at, every=LOOK_AT_ALL)
    since = None if is_full else at - LOOK_BACK
    key = key_ring().seal
    return sum(seal_district(district=row, key=key, at=at, since=since) for row in District.objects.order_by("pk"))


def tell_purge_log(delivery: Delivery, step: Step) -> None:
    """The subject of a purge's step names the step whose body went."""
    kind, _, key = step.subject.rpartition(":")
    purged = Purged(kind=f"body of {kind}", key=key, at=step.recorded_at.isoformat(), delivery=delivery.pk)
    tell_purged(step.district.code6, purged)


NAMES = {
    "vault.seal": _("Steps of the last hours are sealed against change"),
    "vault.seal_all": _("Whatever has no seal yet is sealed, once an hour"),
}
SWEEPS = (("vault.seal", seal_everything),)
JOBS = {PURGE_VERB: (tell_purge_log,)}

"""What sends messages, and what is due each minute."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gridward.notify.actions.messages import forget_messages
from gridward.notify.actions.sending import forget_counts
from gridward.notify.actions.webhooks import forget_calls
from gridward.notify.channels.hooks import call_webhook
from gridward.notify.channels.sending import send_out


def forget(*, at: datetime) -> int:
    """Old messages, counts and logs."""
    return forget_messages(at=at) + forget_counts(at=at) + forget_calls(at=at)


NAMES = {"notify.forget": _("Old messages and logs of webhooks are deleted")}
SWEEPS = (("notify.forget", forget),)
JOBS = {"notify.send": (send_out,), "notify.call": (call_webhook,)}

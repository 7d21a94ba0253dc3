"""One's own messages in the app, and how many are unread."""

import uuid
from collections.abc import Sequence

from django.http import Http404

from gridward.notify.models import Message
from gridward.web.paging import Page, page_after

MOST_COUNTED = 99
APP = Message.Channel.APP


def unread_count(user_id: int) -> int:
    """Unread messages, counted to one more than MOST_COUNTED; one statement on its own small index."""
    rows = Message.objects.filter(user_id=user_id, channel=APP, read_at__isnull=True)
    return rows.values("pk")[: MOST_COUNTED + 1].count()


def inbox(user_id: int, *, only_unread: bool, token: str) -> Page:
    """The newest first."""
    rows = Message.objects.filter(user_id=user_id, channel=APP)
    rows = rows.filter(read_at__isnull=True) if only_unread else rows

    def after(key: list[object] | None, limit: int) -> Sequence[Message]:
        return rows.filter(pk__lt=key[0]).order_by("-pk")[:limit] if key else rows.order_by("-pk")[:limit]

    return page_after(after, lambda row: [row.pk], token)


def get_own(user_id: int, uid: uuid.UUID) -> Message:
    """One's own message; anybody else's is 404."""
    row = Message.objects.filter(user_id=user_id, channel=APP, uid=uid).first()
    if row is None:
        raise Http404
    return row

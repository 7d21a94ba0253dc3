"""What people wish: channels by kind, and where they are reached."""

from collections.abc import Collection
from datetime import datetime

from gridward.accounts.models import User
from gridward.notify.models import Message, MessageAddress, MessageWish
from gridward.work import collected

OUTSIDE = (Message.Channel.SMS, Message.Channel.EMAIL)


def wishes_of(users: Collection[int], kind: str = "") -> set[tuple[int, str, str]]:
    """(user, kind, channel) of everybody's wishes, perhaps of one kind."""
    rows = MessageWish.objects.filter(user_id__in=users)
    rows = rows.filter(kind=kind) if kind else rows
    return set(rows.values_list("user_id", "kind", "channel"))


def addresses_of(user_id: int) -> dict[str, MessageAddress]:
    """Channel → sealed address of one person."""
    return {row.channel: row for row in MessageAddress.objects.filter(user_id=user_id)}


def next_duty(user: User, at: datetime) -> datetime:
    """This moment when the person is on duty, else the start of their next shift, as the app that has shifts says."""
    starts = [ask(user=user, at=at) for ask in collected.joins().get("notify.next_duty", ())]
    return max(starts, default=at)


def on_roster(district_id: int, at: datetime) -> set[int]:
    """Who holds the duty roster now."""
    asked = collected.joins().get("notify.on_roster", ())
    return {user_id for ask in asked for user_id in ask(district_id=district_id, at=at)}

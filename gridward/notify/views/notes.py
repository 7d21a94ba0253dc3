"""The bell at the top of every page of staff."""

from functools import cached_property

from django.http import HttpRequest

from gridward.notify.queries.inbox import MOST_COUNTED, unread_count


class Inbox:
    """How many messages are unread; one statement, asked for once by a page that prints it."""

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id

    @cached_property
    def unread(self) -> int:
        return unread_count(self._user_id)

    @property
    def shown(self) -> str:
        return f"{MOST_COUNTED}+" if self.unread > MOST_COUNTED else str(self.unread)


def inbox(request: HttpRequest) -> dict[str, Inbox]:
    """``inbox`` in templates, for people who are signed in."""
    user = getattr(request, "user", None)
    return {"inbox": Inbox(user.pk)} if user is not None and user.is_authenticated else {}

"""Words of messages."""

from django import template

from gridward.notify.models import Message
from gridward.notify.queries.kinds import spoken

register = template.Library()

LIGHTS = {"delivered": "on_time", "sent": "on_time", "failed": "late", "undelivered": "late", "capped": "due_soon"}


@register.filter
def sentence(message: Message) -> str:
    """What the message says, in the reader's language."""
    return spoken(message.kind, message.variables)


@register.filter
def light_of(state: str) -> str:
    """The colour of an outgoing message's state."""
    return LIGHTS.get(state, "plain")

"""Which channels a district has; each is configured by the environment."""

from django.conf import settings

from gridward.notify.models import Message


def configured() -> tuple[str, ...]:
    """The channels outside the app that may be used here."""
    has = {Message.Channel.SMS: settings.GRIDWARD_SMS, Message.Channel.EMAIL: settings.EMAIL_HOST}
    return tuple(str(channel) for channel, setting in has.items() if setting)

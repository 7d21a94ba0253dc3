"""The only writers of messages, of what people wish of them, and of webhooks."""

from gridward.notify.actions.messages import (
    forget_messages,
    read_all_messages,
    read_message,
    resend_message,
    send_message,
    send_outside,
    send_trial,
)
from gridward.notify.actions.webhooks import tell_webhooks
from gridward.notify.actions.wishes import forget_addresses, save_address, save_wishes

__all__ = [
    "forget_addresses",
    "forget_messages",
    "read_all_messages",
    "read_message",
    "resend_message",
    "save_address",
    "save_wishes",
    "send_message",
    "send_outside",
    "send_trial",
    "tell_webhooks",
]

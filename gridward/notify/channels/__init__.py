"""How each channel speaks to the outside: SMS by a gateway or a file, e-mail by SMTP, webhooks."""

from gridward.notify.channels.configuring import configured

__all__ = ["configured"]

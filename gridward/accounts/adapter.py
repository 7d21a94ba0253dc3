"""Doors of the sign-in library: nobody signs up alone, nothing is mailed, second factors are sealed."""

import base64
import uuid

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from gridward.vault.sealing import open_sealed, seal

SECRETS = {"table": "mfa.Authenticator", "column": "data", "uid": uuid.UUID(int=0)}


class ClosedDoorAdapter(DefaultAccountAdapter):
    """Accounts are made by a body's administrator, never by sign-up; there are no e-mail addresses."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Nothing is mailed: people are told in person, on a slip."""

    def add_message(self, *args: object, **kwargs: object) -> None:
        """The pages say what they need to; the library's own messages are left out."""


class SealedFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie sealed in the database."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, **SECRETS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return open_sealed(base64.b64decode(encrypted_text), **SECRETS)

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """Nothing is mailed."""

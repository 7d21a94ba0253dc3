"""Messages by every channel, what people wish of them, and what other systems are told."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridward.districts.models import District
from gridward.vault.fields import SealedField


class Message(models.Model):
    """One message to one recipient by one channel. It names its kind and what fills the kind's sentence; never a
    person, an address or the content of a case. Where it goes is asked for only while it is being sent.
    """

    class Channel(models.TextChoices):
        APP = "app", _("In the app")
        SMS = "sms", _("SMS")
        EMAIL = "email", _("By e-mail")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Arrived")
        UNDELIVERED = "undelivered", _("Did not arrive")
        CAPPED = "capped", _("Not sent: daily limit")
        FAILED = "failed", _("Failed")
        NO_ADDRESS = "no_address", _("Not sent: nowhere to send it")

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    recipient = models.CharField(max_length=80, help_text="text key, like accounts.User:5 or cases.Contact:7")
    kind = models.CharField(max_length=60)
    variables = models.JSONField(default=dict)
    subject = models.CharField(max_length=80, blank=True, help_text="text key of what it is about")
    url = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=5, choices=Channel)
    is_urgent = models.BooleanField(default=False)
    origin = models.BigIntegerField(null=True, help_text="the delivery that asked for it: asked twice, told once")
    state = models.CharField(max_length=11, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0, help_text="how often an operator sent it again")
    error = models.CharField(max_length=200, blank=True, help_text="why it was not sent; no personal data")
    external_id = models.CharField(max_length=80, blank=True, help_text="the gateway's own number")
    due_at = models.DateTimeField(help_text="not before: the start of a shift for what may wait")
    taken_until = models.DateTimeField(null=True, help_text="a process is sending it now")
    recorded_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    receipt_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    verb = "notify.send"  # what a delivery of it looks up in JOBS

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "origin", "recipient", "channel", "kind"], name="message_told_once"
            )
        ]
        indexes = [
            models.Index(fields=["user", "-id"], condition=models.Q(channel="app"), name="message_inbox"),
            models.Index(
                fields=["user"], condition=models.Q(channel="app", read_at__isnull=True), name="message_unread"
            ),
            models.Index(
                fields=["district", "-recorded_at"], condition=~models.Q(channel="app"), name="message_outgoing"
            ),
            models.Index(
                fields=["district", "external_id"], condition=~models.Q(external_id=""), name="message_receipt"
            ),
        ]


class MessageWish(models.Model):
    """A person wishes to be told of a kind by SMS or e-mail as well; in the app everybody is told always."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=5, choices=Message.Channel)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="message_wish_once")]


class MessageAddress(models.Model):
    """Where a member of staff is reached by SMS or e-mail, sealed; given by themselves, gone when they leave."""

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    channel = models.CharField(max_length=5, choices=Message.Channel)
    address = SealedField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "channel"], name="message_address_once")]


class SmsCount(models.Model):
    """How many SMS went to one number on one day; the number only as its blind index, kept for two days."""

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    day = models.DateField()
    phone_index = models.BinaryField(max_length=32, help_text="empty: the whole district")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "day", "phone_index"], name="sms_count_once")]


class Webhook(models.Model):
    """An address of another system that is told of some verbs: number, public state and times, never a person."""

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=300)
    verbs = models.JSONField(default=list)
    secret = SealedField()
    failures = models.PositiveSmallIntegerField(default=0, help_text="attempts in a row that failed")
    disabled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "url"], condition=models.Q(ended_at__isnull=True), name="webhook_once"
            )
        ]


class WebhookCall(models.Model):
    """One event told to one webhook, with what came back."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="calls", db_index=False)
    event = models.CharField(max_length=60)
    body = models.JSONField()
    origin = models.BigIntegerField(help_text="the delivery that asked for it")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, help_text="the last answer's HTTP status")
    error = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    verb = "notify.call"

    @property
    def due_at(self) -> datetime:
        return self.recorded_at

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "webhook", "origin"], name="webhook_call_once")]
        indexes = [models.Index(fields=["district", "webhook", "-recorded_at"], name="webhook_call_log")]

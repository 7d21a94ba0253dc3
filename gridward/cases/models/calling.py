"""回访: a random sample of ended cases, called back by a body that did not handle them."""

from django.conf import settings
from django.db import models

from gridward.accounts.models import Body
from gridward.cases.models.case import Case
from gridward.districts.models import District


class CallBackRound(models.Model):
    """One draw: of what, by which seed and share, for which body. Never drawn again, so that nobody draws until it
    suits; anybody can repeat it (``core.feedback.sampling``).
    """

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    n = models.PositiveIntegerField()
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False, help_text="who calls")
    since = models.DateField(help_text="of cases that ended from this day on")
    until = models.DateField(help_text="to the end of this day")
    seed = models.CharField(max_length=64)
    share_permille = models.PositiveSmallIntegerField()
    frame = models.PositiveIntegerField(help_text="how many could have been drawn")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "n"], name="call_back_round_once")]


class CallBack(models.Model):
    """One drawn case: what came of the call. Typed by the caller, so in no rate of what residents said themselves."""

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        DECLINED = "declined", "does not wish to answer"
        UNREACHED = "unreached", "not reached on three half days"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    round = models.ForeignKey(CallBackRound, models.PROTECT, related_name="calls")
    case = models.ForeignKey(Case, models.PROTECT, related_name="call_backs")
    position = models.PositiveSmallIntegerField(help_text="the order of the draw")
    ended_at = models.DateTimeField(help_text="the end that is asked about")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    tries = models.JSONField(default=list, help_text="moments at which nobody answered")
    is_solved = models.BooleanField(null=True, help_text="none = not said")
    stars = models.PositiveSmallIntegerField(null=True, help_text="1 to 5")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "round", "case"], name="call_back_once")]
        indexes = [models.Index(fields=["district", "ended_at"], name="call_back_ended")]

"""The routing rules of a district, in versions: one is live, one may be a draft, the others are kept."""

from django.conf import settings
from django.db import models

from gridward.accounts.models import Body
from gridward.districts.models import District


class RoutingTable(models.Model):
    """One version of the rules 派遣规则. A step keeps the version and the number of the rule that proposed its body."""

    class State(models.TextChoices):
        DRAFT = "draft"
        LIVE = "live"
        RETIRED = "retired"

    district = models.ForeignKey(District, models.PROTECT)
    n = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    live_from = models.DateTimeField(null=True)
    live_to = models.DateTimeField(null=True)
    last_number = models.PositiveIntegerField(default=0, help_text="highest number of a rule so far")
    trial = models.JSONField(null=True, help_text="the dry run of what stands here now; none after a change")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "n"], name="routing_table_once"),
            models.UniqueConstraint(
                fields=["district", "state"], condition=models.Q(state__in=["draft", "live"]), name="one_routing_draft"
            ),
        ]


class RoutingRule(models.Model):
    """One rule: the first in order whose conditions hold proposes its body, by name or as the place's own of a kind."""

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    table = models.ForeignKey(RoutingTable, models.CASCADE, related_name="rules", db_index=False)
    position = models.PositiveIntegerField()
    number = models.PositiveIntegerField(help_text="what people call it; stays with it from version to version")
    conditions = models.JSONField(default=dict, help_text="core.dispatch.rules.Conditions")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    body_kind = models.CharField(max_length=24, blank=True, choices=Body.Kind)
    reason = models.CharField(max_length=200, blank=True, help_text="why it is so, or its basis in law")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "table", "number"], name="routing_rule_once"),
            models.CheckConstraint(
                condition=models.Q(body__isnull=True) ^ models.Q(body_kind=""), name="routing_rule_one_target"
            ),
        ]
        indexes = [models.Index(fields=["district", "table", "position"], name="routing_rule_order")]

"""What an ended case was like, kept as it was judged then."""

from django.db import models

from gridward.cases.models.case import Case
from gridward.districts.models import District


class CaseEvaluation(models.Model):
    """综合评价: how one round of a case ended, frozen with the metric version; append-only.

    The first row of a round stands for its end; a rating, a granted appeal or confirmed times add a row, and nothing
    changes one that is there: not a later standard, calendar or rule.
    """

    class Occasion(models.TextChoices):
        ENDED = "ended"
        RATED = "rated"
        EXCUSED = "excused", "an appeal against lateness was granted"
        CONFIRMED = "confirmed", "times that arrived late were confirmed"

    district = models.ForeignKey(District, models.PROTECT)
    case = models.ForeignKey(Case, models.PROTECT, related_name="evaluations", db_index=False)
    step_n = models.PositiveIntegerField(help_text="the step that it was written after")
    round = models.PositiveSmallIntegerField(help_text="how often the case had been opened again")
    occasion = models.CharField(max_length=10, choices=Occasion)
    metric_version = models.PositiveSmallIntegerField(help_text="of core.workflow.outcome")
    ending = models.CharField(max_length=16, help_text="an Ending of core.workflow.outcome")
    is_solved = models.BooleanField()
    is_late = models.BooleanField(help_text="a fact that nothing erases")
    is_on_time = models.BooleanField(help_text="counts as on time")
    days_told = models.PositiveIntegerField(help_text="days from when the resident told us to the end")
    return_count = models.PositiveSmallIntegerField()
    rework_count = models.PositiveSmallIntegerField()
    reopen_count = models.PositiveSmallIntegerField()
    extension_count = models.PositiveSmallIntegerField()
    paused_s = models.PositiveIntegerField(help_text="working seconds for which the total clock stood")
    says_solved = models.BooleanField(null=True, help_text="the reporter's answer; none = not said")
    stars = models.PositiveSmallIntegerField(null=True)
    is_typed_by_staff = models.BooleanField(default=False, help_text="the rating is in no rate")
    feedback_version = models.PositiveSmallIntegerField(
        null=True, help_text="of the definitions of the next four; none = not recorded, as of lives that were imported"
    )
    told_count = models.PositiveSmallIntegerField(null=True, help_text="told by phone, message or in person")
    attempt_count = models.PositiveSmallIntegerField(null=True, help_text="tries in vain to tell somebody")
    unreached_count = models.PositiveSmallIntegerField(null=True, help_text="未能联系: not reached on three half days")
    is_repeat = models.BooleanField(null=True, help_text="core.feedback.repeats; none = not judged")
    parts = models.JSONField(default=list, help_text="Part of core.workflow.reasons: what each stage took")
    lines = models.JSONField(default=list, help_text="why, as codes and values")
    ended_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "step_n"], name="evaluation_once")]
        indexes = [
            models.Index(
                fields=["district", "ended_at"], condition=models.Q(occasion="rated"), name="evaluation_rated"
            ),
            models.Index(
                fields=["district", "ended_at", "is_repeat"],
                condition=models.Q(occasion="ended"),
                name="evaluation_ended",
            ),
        ]

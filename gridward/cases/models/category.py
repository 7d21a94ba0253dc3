"""What a case is about, and the standard it is filed, handled and closed by."""

from django.db import models

from gridward.accounts.models import Body
from gridward.core.workflow.parse import DEFAULT
from gridward.districts.models import District


class Family(models.TextChoices):
    CITY_MANAGEMENT = "city_management", "城市管理"
    HELP = "help", "求助服务"
    DISPUTE = "dispute", "矛盾纠纷"
    VOICE = "voice", "咨询建议投诉"


class Category(models.Model):
    """A class of matters. All 153 component codes recur among the events: the key is (scheme, kind, code)."""

    class Kind(models.TextChoices):
        COMPONENT = "component", "部件"
        EVENT = "event", "事件"
        SERVICE = "service", "service, dispute or voice"

    district = models.ForeignKey(District, models.PROTECT)
    scheme = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=12)
    family = models.CharField(max_length=16, choices=Family)
    major_code = models.CharField(max_length=12, blank=True)
    major_zh = models.CharField(max_length=40, blank=True)
    major_en = models.CharField(max_length=80, blank=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    public_zh = models.CharField(max_length=60, blank=True, help_text="as a resident would say it")
    public_en = models.CharField(max_length=120, blank=True)
    synonyms = models.TextField(blank=True, help_text="spoken words, separated by spaces")
    sort_key = models.CharField(max_length=20)
    speciality = models.SlugField(max_length=30, blank=True, help_text="which kind of department handles it")
    default_body = models.ForeignKey(Body, models.PROTECT, null=True)
    table = models.CharField(max_length=40, default=DEFAULT, help_text="the workflow table of new cases")
    needs_before_photo = models.BooleanField(default=False)
    needs_after_photo = models.BooleanField(default=False)
    allows_desk_check = models.BooleanField(default=False)
    allows_self_handling = models.BooleanField(default=False)
    is_urgent = models.BooleanField(default=False)
    is_about_body = models.BooleanField(default=False, help_text="a complaint that its subject never sees")
    is_local = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False, help_text="offered to residents by its plain name")
    is_shown_nearby = models.BooleanField(default=False, help_text="may appear, coarsely, among nearby reports")
    reply_hint_zh = models.CharField(max_length=200, blank=True)
    reply_hint_en = models.CharField(max_length=300, blank=True)
    is_in_use = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "scheme", "kind", "code"], name="category_code_once")
        ]
        indexes = [models.Index(fields=["district", "family", "sort_key"], name="category_family")]

    def __str__(self) -> str:
        return self.name_zh


class Standard(models.Model):
    """Filing condition × time limit × closing condition, during [valid_from, valid_to)."""

    district = models.ForeignKey(District, models.PROTECT)
    category = models.ForeignKey(Category, models.PROTECT, related_name="standards")
    n = models.PositiveSmallIntegerField()
    filing_zh = models.CharField(max_length=200)
    filing_en = models.CharField(max_length=300)
    closing_zh = models.CharField(max_length=200)
    closing_en = models.CharField(max_length=300)
    limit_value = models.PositiveIntegerField()
    limit_unit = models.CharField(max_length=20, help_text="a code of core.workflow time rules")
    make_safe_value = models.PositiveIntegerField(null=True)
    make_safe_unit = models.CharField(max_length=20, blank=True)
    closes_by_notice = models.BooleanField(default=False, help_text="also met by a written answer")
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["district", "category", "n"], name="standard_category")]

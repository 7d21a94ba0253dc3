"""People who sign in, the bodies they belong to, and what they may do where, from when to when."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from gridward.areas.models import Division
from gridward.districts.models import District, WorkingCalendar


class UserManager(BaseUserManager["User"]):
    """Reads only; users are made by actions."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person who signs in. Residents need no account."""

    class Theme(models.TextChoices):
        LIGHT = "light"
        DARK = "dark"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    district = models.ForeignKey(District, models.PROTECT, null=True)
    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    language = models.CharField(max_length=10, default="zh-hans")
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.LIGHT)
    must_change_password = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    left_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        indexes = [models.Index(fields=["district", "name"], name="user_name")]

    def __str__(self) -> str:
        return self.name


class Body(models.Model):
    """An organisation 单位 that holds duties: department, office, committee, company."""

    class Kind(models.TextChoices):
        DISTRICT = "district", "district centre"
        DEPARTMENT = "department", "department"
        SUBDISTRICT_OFFICE = "subdistrict_office", "subdistrict office, park or bureau"
        PARTY_ORGANISATION = "party_organisation", "community party organisation"
        RESIDENTS_COMMITTEE = "residents_committee", "residents' committee"
        SERVICE_CENTRE = "service_centre", "service centre"
        INFORMATION_STATION = "information_station", "information station"
        PROPERTY_COMPANY = "property_company", "property company"
        SOCIAL_ORGANISATION = "social_organisation", "social organisation"
        CONTRACTOR = "contractor", "contractor"

    district = models.ForeignKey(District, models.PROTECT)
    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=24, choices=Kind)
    speciality = models.SlugField(
        max_length=30, blank=True, help_text="what a department does: sanitation, landscaping …"
    )
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", help_text="块: belongs to")
    guides = models.ManyToManyField(
        "self", symmetrical=False, related_name="guided_by", help_text="条: guides in its trade"
    )
    path = models.CharField(max_length=80, help_text="ids from the top down: /1/5/")
    division = models.ForeignKey(Division, models.PROTECT, null=True, help_text="the area it answers for")
    calendar = models.ForeignKey(WorkingCalendar, models.PROTECT, null=True)
    duty_phone = models.CharField(max_length=30, blank=True)
    sort_key = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="body_code_once")]
        indexes = [models.Index(fields=["district", "path"], name="body_path")]

    def __str__(self) -> str:
        return self.name_zh


class Grant(models.Model):
    """A role held in a scope during [valid_from, valid_to); rows are only closed, never changed.

    ``scope`` is a text key: ``area:<division id>``, ``body:<body id>``, ``grid:<grid id>``,
    ``district:<id>``.
    """

    district = models.ForeignKey(District, models.PROTECT)
    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30)
    scope = models.CharField(max_length=40)
    body = models.ForeignKey(Body, models.PROTECT, related_name="grants")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="the moment it was closed: what was done before still counts")
    is_withdrawn_for_cause = models.BooleanField(default=False)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "valid_from"], name="grant_user"),
            models.Index(fields=["district", "scope", "role"], name="grant_scope"),
            models.Index(fields=["body", "role"], name="grant_body"),
        ]


class Device(models.Model):
    """A signed-in browser: which session it is, so that leaving signs all of them out."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=80, blank=True)
    signed_in_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

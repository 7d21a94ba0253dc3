"""Administrative divisions 行政区划, as the official lists give them."""

from django.contrib.gis.db import models

from gridward.districts.models import District


class Division(models.Model):
    """District, subdistrict 街道 or community 社区, keyed by (scheme, edition, code), never by the code alone:
    two official lists give the same code to different subdistricts.
    """

    class Level(models.TextChoices):
        DISTRICT = "district"
        SUBDISTRICT = "subdistrict"
        COMMUNITY = "community"

    district = models.ForeignKey(District, models.PROTECT)
    scheme = models.CharField(max_length=20, help_text="who numbers: nbs, mca, local")
    edition = models.CharField(max_length=20, help_text="which edition of the list, like 2023-06-30")
    code = models.CharField(max_length=12)
    level = models.CharField(max_length=12, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=80, help_text="ids from the district down: /1/5/9/")
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    sort_key = models.CharField(max_length=20)
    outline = models.MultiPolygonField(srid=4326, null=True)
    is_in_use = models.BooleanField(default=True, help_text="of the edition that the district works by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "scheme", "edition", "code"], name="division_code_once")
        ]
        indexes = [models.Index(fields=["district", "level", "sort_key"], name="division_level")]

    def __str__(self) -> str:
        return self.name_zh


class GroundFeature(models.Model):
    """One thing of the district's own base map: water, road, block, building, landmark. No register of anything."""

    class Kind(models.TextChoices):
        WATER = "water"
        PARK = "park"
        RAIL = "rail"
        EXPRESS = "express", "expressway"
        ARTERIAL = "arterial", "main road"
        STREET = "street", "other road"
        BLOCK = "block"
        BUILDING = "building"
        LANDMARK = "landmark"
        GATE = "gate", "gate of a compound"

    district = models.ForeignKey(District, models.PROTECT)
    kind = models.CharField(max_length=10, choices=Kind)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(default=0, help_text="drawn at small scales first: 0 is the most important")
    shape = models.GeometryField(srid=4326)
    source = models.CharField(max_length=80, help_text="where it comes from and under which licence")

    class Meta:
        indexes = [models.Index(fields=["district", "kind", "rank"], name="ground_kind")]

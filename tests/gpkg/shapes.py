"""Models for the backend's tests: one of each kind of geometry, tables made by the tests themselves."""

from django.contrib.gis.db import models

from gridward.gpkg.ids import NodeAutoField


class Place(models.Model):
    id = NodeAutoField(primary_key=True)
    name = models.CharField(max_length=40, default="")
    spot = models.PointField(null=True)

    class Meta:
        app_label = "shapes"


class Grid(models.Model):
    id = NodeAutoField(primary_key=True)
    code = models.CharField(max_length=40, default="")
    outline = models.MultiPolygonField(null=True)

    class Meta:
        app_label = "shapes"


class Thing(models.Model):
    """Any geometry at all, numbered by hand."""

    number = models.IntegerField(primary_key=True)
    shape = models.GeometryField(null=True)

    class Meta:
        app_label = "shapes"


class Sample(models.Model):
    """One of each field, so that GDAL reads each column type."""

    id = NodeAutoField(primary_key=True)
    shape = models.PolygonField()
    words = models.CharField(max_length=20)
    more_words = models.TextField()
    whole = models.IntegerField()
    small = models.PositiveSmallIntegerField()
    large = models.BigIntegerField()
    real = models.FloatField()
    truth = models.BooleanField()
    day = models.DateField()
    instant = models.DateTimeField()
    hour = models.TimeField()
    span = models.DurationField()
    key = models.UUIDField()
    listing = models.JSONField()
    raw = models.BinaryField()
    exact = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        app_label = "shapes"


MODELS = (Place, Grid, Thing, Sample)

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import gridward.gpkg.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('districts', '0001_districts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Division',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(help_text='who numbers: nbs, mca, local', max_length=20)),
                ('edition', models.CharField(help_text='which edition of the list, like 2023-06-30', max_length=20)),
                ('code', models.CharField(max_length=12)),
                ('level', models.CharField(choices=[('district', 'District'), ('subdistrict', 'Subdistrict'), ('community', 'Community')], max_length=12)),
                ('path', models.CharField(help_text='ids from the district down: /1/5/9/', max_length=80)),
                ('name_zh', models.CharField(max_length=60)),
                ('name_en', models.CharField(max_length=80)),
                ('sort_key', models.CharField(max_length=20)),
                ('outline', django.contrib.gis.db.models.fields.MultiPolygonField(null=True, srid=4326)),
                ('is_in_use', models.BooleanField(default=True, help_text='of the edition that the district works by')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='areas.division')),
            ],
            options={
                'indexes': [models.Index(fields=['district', 'level', 'sort_key'], name='division_level')],
                'constraints': [models.UniqueConstraint(fields=('district', 'scheme', 'edition', 'code'), name='division_code_once')],
            },
        ),
        migrations.CreateModel(
            name='GroundFeature',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('water', 'Water'), ('park', 'Park'), ('rail', 'Rail'), ('express', 'expressway'), ('arterial', 'main road'), ('street', 'other road'), ('block', 'Block'), ('building', 'Building'), ('landmark', 'Landmark')], max_length=10)),
                ('name_zh', models.CharField(blank=True, max_length=60)),
                ('name_en', models.CharField(blank=True, max_length=80)),
                ('rank', models.PositiveSmallIntegerField(default=0, help_text='drawn at small scales first: 0 is the most important')),
                ('shape', django.contrib.gis.db.models.fields.GeometryField(srid=4326)),
                ('source', models.CharField(help_text='where it comes from and under which licence', max_length=80)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'indexes': [models.Index(fields=['district', 'kind', 'rank'], name='ground_kind')],
            },
        ),
    ]

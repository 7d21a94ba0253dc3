import django.contrib.gis.db.models.fields
import django.db.models.deletion
import gridward.gpkg.fulltext.column
import gridward.gpkg.ids
import uuid
from django.db import migrations, models

from gridward.gpkg.fulltext import make_index, remove_index


TABLE = "registers_componenttext"


def add_index(apps, schema_editor):
    make_index(schema_editor, TABLE)


def drop_index(apps, schema_editor):
    remove_index(schema_editor, TABLE)


class Migration(migrations.Migration):
    """Makes empty tables: an instant."""

    initial = True

    dependencies = [
        ('accounts', '0001_people_bodies_roles'),
        ('districts', '0001_districts'),
        ('grids', '0004_counted_units_designs_drafts'),
        ('work', '0002_deliveries_without_spare_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='Component',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, help_text='what its QR code leads to', unique=True)),
                ('code', models.CharField(help_text='部件标识码', max_length=17)),
                ('class_code', models.CharField(help_text='digits 7 to 11 of the code', max_length=5)),
                ('name', models.CharField(blank=True, help_text='what people call it', max_length=60)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('position', django.contrib.gis.db.models.fields.PointField(srid=4326)),
                ('state', models.CharField(choices=[('intact', 'Intact'), ('damaged', 'Damaged'), ('missing', 'Missing'), ('abandoned', 'Out of use'), ('removed', 'Removed')], default='intact', max_length=10)),
                ('since', models.DateField(help_text='初始日期', null=True)),
                ('changed_at', models.DateTimeField(help_text='变更日期; empty: never since it was registered', null=True)),
                ('recorded_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='work.importbatch')),
                ('cell', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.cell')),
                ('district', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
                ('maintainer', models.ForeignKey(db_index=False, help_text='养护单位', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.body')),
                ('owner', models.ForeignKey(db_index=False, help_text='权属单位', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.body')),
            ],
        ),
        migrations.CreateModel(
            name='ComponentText',
            fields=[
                ('component', models.OneToOneField(db_column='id', on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_text', serialize=False, to='registers.component')),
                ('newness', models.BigIntegerField(help_text='its id: the latest registered come first')),
                ('words', gridward.gpkg.fulltext.column.WordsField()),
            ],
            options={
                'indexes': [models.Index(fields=['newness'], name='component_text_newness')],
            },
        ),
        migrations.AddIndex(
            model_name='component',
            index=models.Index(fields=['district', 'class_code', 'code'], name='component_class'),
        ),
        migrations.AddIndex(
            model_name='component',
            index=models.Index(fields=['district', 'maintainer', 'code'], name='component_maintainer'),
        ),
        migrations.AddConstraint(
            model_name='component',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('district', 'code'), name='component_code_once'),
        ),
        migrations.RunPython(add_index, drop_index),
    ]

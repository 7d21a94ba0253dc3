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
            name='StoredFile',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(help_text='bytes')),
                ('media_type', models.CharField(max_length=80)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('references', models.PositiveIntegerField(default=0)),
                ('recorded_at', models.DateTimeField()),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('district', 'sha256'), name='file_once')],
            },
        ),
    ]
